use crate::{
    access::{self, Caller},
    api,
    http::{Method, Request, Response},
    pages,
    problem::Problem,
    routes::{Access, Call, Route, find},
    services::Services,
};

/// Pages load and run files of this site only, and no other site may frame them.
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
    with_security_headers(response, request.method)
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
        (Problem::Unauthorized, _) => pages::to_sign_in(&return_path(request)),
        (_, None) => pages::without_caller(problem),
        (_, Some(caller)) => pages::for_caller(problem, caller),
    }
}

/// The page to open after signing in. A change is not repeated.
fn return_path(request: &Request) -> String {
    match (request.method, request.query.as_str()) {
        (Method::Get | Method::Head, "") => request.path.clone(),
        (Method::Get | Method::Head, query) => format!("{}?{query}", request.path),
        _ => "/".to_owned(),
    }
}

fn with_security_headers(mut response: Response, method: Method) -> Response {
    if method == Method::Head {
        response.body.clear();
    }
    response
        .with("content-security-policy", CONTENT_SECURITY_POLICY)
        .with("x-content-type-options", "nosniff")
        // Under a stricter policy, browsers send `Origin: null` from our own forms.
        .with("referrer-policy", "same-origin")
}
