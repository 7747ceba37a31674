/** Templates are built node by node: a page's Trusted Types forbid making them from a text. */
export default { compilerOptions: { fragments: 'tree', runes: true } }
