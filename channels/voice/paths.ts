/** Paths of this server that jambonz is given, for one account. A reverse proxy may not put anything before them. */
export const pathsOf = ({ id }: { id: string }) => ({
  /** The application's WebSocket; what follows it (`/adulting`) is the same. */
  line: `/calls/${id}`,
  sound: `/calls/${id}/sound`,
  /** For applications that speak HTTP. */
  hook: `/calls/${id}/hook`,
  registration: `/calls/${id}/registration`
})
