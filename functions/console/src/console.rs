use crate::{
    access::{self, Caller},
    api,
    http::{Method, Request, Response},
    pages,
    problem::Problem,
    routes::{Access, Call, Route, find},
    services::Services,
};

/// Nothing is loaded from elsewhere, nothing runs that is not a file of ours, and no other site may frame a page.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Answers a request to the pages or the API.
pub async fn handle<S: Services>(request: Request, services: &S) -> Response {
    let routes = if request.is_api() { api::routes() } else { pages::routes() };
    let caller = admit(&request, services);
    let answer = dispatch(&routes, &request, services, &caller).await;
    let response = answer.unwrap_or_else(|problem| {
        problem.failure().inspect(|failure| services.report(failure));
        refuse(&problem, &request, caller.ok().as_ref())
    });
    dress(response, request.method)
}

fn admit<S: Services>(request: &Request, services: &S) -> Result<Caller, Problem> {
    let token = services.admin_token().ok_or(Problem::NotConfigured)?;
    access::admit(request, &token, services.now())
}

async fn dispatch<S: Services>(
    routes: &[Route<S>],
    request: &Request,
    services: &S,
    caller: &Result<Caller, Problem>,
) -> Result<Response, Problem> {
    let (route, captured) = find(routes, request.method, &request.path)?;
    let caller = match route.access {
        Access::Open => None,
        Access::Reviewer => Some(caller.clone()?),
    };
    (route.handler)(Call { services, request, caller, captured }).await
}

fn refuse(problem: &Problem, request: &Request, caller: Option<&Caller>) -> Response {
    match (problem, caller) {
        _ if request.is_api() => problem.answer(),
        (Problem::Unauthorized, _) => pages::required(&wanted(request)),
        (_, None) => pages::turned_away(problem),
        (_, Some(_)) => pages::failed(problem, caller),
    }
}

/// Where a reader wanted to go. A change is not repeated after signing in.
fn wanted(request: &Request) -> String {
    match (request.method, request.query.as_str()) {
        (Method::Get | Method::Head, "") => request.path.clone(),
        (Method::Get | Method::Head, query) => format!("{}?{query}", request.path),
        _ => "/".to_owned(),
    }
}

fn dress(mut response: Response, method: Method) -> Response {
    if method == Method::Head {
        response.body.clear();
    }
    response
        .with("content-security-policy", CONTENT_SECURITY_POLICY)
        .with("x-content-type-options", "nosniff")
        // With less than this, browsers send `Origin: null` from our own forms.
        .with("referrer-policy", "same-origin")
}
