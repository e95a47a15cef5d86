use futures_util::{StreamExt, stream};
use nerve_model::{ProposalId, RecordId};
use nerve_ports::{Actions, Situations, Unreachable};
use nerve_protocol::queue::{ACTIONS_BINDING, ActionDue, SITUATIONS_BINDING, SituationDue};
use serde::{Serialize, de::DeserializeOwned};
use worker::{
    Env, MessageBatch, MessageExt, Queue, QueueContentType, QueueRetryOptionsBuilder, RawMessage, RawMessageBuilder,
};

use crate::{Level, log, unreachable};

/// The queue `nerve-situations`.
#[derive(Debug)]
pub struct SituationQueue(Queue);

impl SituationQueue {
    /// The queue bound as `SITUATIONS`.
    pub fn from_env(env: &Env) -> Result<Self, Unreachable> {
        env.queue(SITUATIONS_BINDING).map(Self).map_err(unreachable)
    }
}

impl Situations for SituationQueue {
    async fn announce(&self, record: RecordId) -> Result<(), Unreachable> {
        send(&self.0, &SituationDue::V1 { record }).await
    }
}

/// The queue `nerve-actions`.
#[derive(Debug)]
pub struct ActionQueue(Queue);

impl ActionQueue {
    /// The queue bound as `ACTIONS`.
    pub fn from_env(env: &Env) -> Result<Self, Unreachable> {
        env.queue(ACTIONS_BINDING).map(Self).map_err(unreachable)
    }
}

impl Actions for ActionQueue {
    async fn announce(&self, proposal: ProposalId) -> Result<(), Unreachable> {
        send(&self.0, &ActionDue::V1 { proposal }).await
    }
}

/// Messages travel as JSON text: the platform's structured form silently turns maps into `{}`.
#[expect(clippy::disallowed_methods, reason = "the one place where messages become text")]
async fn send(queue: &Queue, message: &impl Serialize) -> Result<(), Unreachable> {
    let text = serde_json::to_string(message).map_err(unreachable)?;
    let message = RawMessageBuilder::new(text.into()).build_with_content_type(QueueContentType::Text);
    queue.send_raw(message).await.map_err(unreachable)
}

/// The outcome of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consumed {
    /// Processed, or not worth a retry: alarms and the sweeper take care of the row it points to.
    Done,
    /// Retry this message soon.
    Retry,
}

/// Processes a batch message by message. A bad message holds up nothing: an unreadable one is logged and dropped, since
/// it is only a hint.
pub async fn consume<T: DeserializeOwned>(
    part: &str,
    batch: &MessageBatch<serde_json::Value>,
    each: impl AsyncFn(T) -> Consumed,
) {
    consume_together(part, batch, 1, each).await;
}

/// The same, `at_once` messages at a time: a message that waits for a tool holds up only itself.
pub async fn consume_together<T: DeserializeOwned>(
    part: &str,
    batch: &MessageBatch<serde_json::Value>,
    at_once: usize,
    each: impl AsyncFn(T) -> Consumed,
) {
    let work = async |message: RawMessage| {
        let text = message.body().as_string().unwrap_or_default();
        let consumed = match serde_json::from_str(&text) {
            Ok(due) => each(due).await,
            Err(error) => {
                log(Level::Error, part, "unreadable message dropped", error);
                Consumed::Done
            }
        };
        match consumed {
            Consumed::Done => message.ack(),
            Consumed::Retry => {
                message.retry_with_options(&QueueRetryOptionsBuilder::new().with_delay_seconds(2).build())
            }
        }
    };
    stream::iter(batch.raw_iter()).for_each_concurrent(at_once, work).await;
}
