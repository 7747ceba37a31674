#!/usr/bin/env node
// Built by `npm run build`.
import '../dist/commands/main.js'
