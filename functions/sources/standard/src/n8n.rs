//! The output of n8n's Error Trigger node: a list of one item, or a bare item if a node sends items one by one.
//!
//! `{"execution": {...}, "workflow": {...}}`, with `trigger` instead of `execution` if the workflow's own trigger
//! failed (<https://docs.n8n.io/integrations/builtin/core-nodes/n8n-nodes-base.errortrigger/>).

use serde_json::{Map, Value, json};

/// The item as a document of the input form; `None` if it is not an item of n8n.
pub(crate) fn document(item: &Map<String, Value>) -> Option<Map<String, Value>> {
    let workflow = item.get("workflow").filter(|_| !item.contains_key("kind"))?;
    let run = item.get("execution").or_else(|| item.get("trigger"))?;
    // Neither an unsaved execution nor an unsaved workflow has an id.
    let (id, execution) = (workflow.get("id").and_then(plain), run.get("id").and_then(plain));
    let name = workflow.get("name").and_then(plain).or_else(|| id.clone());
    let document = json!({
        "kind": "automation.failed",
        "id": execution.as_ref().map(|id| format!("n8n-execution-{id}")),
        "subject": id.map(|id| format!("n8n-workflow:{id}")),
        "link": run.get("url"),
        "detail": {"workflow": name, "place": "n8n", "run": execution, "reason": reason(run)},
    });
    match document {
        Value::Object(document) => Some(document),
        _ => None,
    }
}

/// The reason, with the node if it is known: `Fetch orders: connect ECONNREFUSED`.
fn reason(run: &Value) -> Option<String> {
    let message = run.pointer("/error/message")?.as_str()?;
    let node = run.get("lastNodeExecuted").and_then(Value::as_str);
    Some(node.map_or_else(|| message.to_owned(), |node| format!("{node}: {message}")))
}

fn plain(text: &Value) -> Option<String> {
    match text {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
