// The front door of the plain version: the first of two service hops.
interface Env {
  SOURCE: Fetcher;
}

export default {
  fetch(request: Request, env: Env): Response | Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/hooks/stripe") return env.SOURCE.fetch(request);
    return Response.json({ status: "rejected", reason: "unknown source" }, { status: 404 });
  },
};
