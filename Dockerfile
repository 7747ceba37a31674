# One image for hub and workers; which of the two runs is the command's choice. Needs MONGODB_URL and REDIS_URL.
FROM node:20-bookworm-slim AS build
WORKDIR /palabre
COPY . .
RUN npm ci --no-audit --no-fund && npm run build

FROM node:20-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 DEMO=false
WORKDIR /palabre
COPY --from=build --chown=node:node /palabre /palabre
USER node
EXPOSE 8080 2525
# The heap as hub/launch has it: garbage is collected before it fills the machine.
CMD ["node", "--max-old-space-size=1024", "hub/dist/main.js"]
