/** The filter for a field that contains the text, whatever its case. Sign for sign: nothing in it is a pattern. */
export const containing = (text: string) => ({
  // A pattern of BSON cannot hold NUL, and no stored word does.
  $regex: text.replaceAll('\0', '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  $options: 'i'
})
