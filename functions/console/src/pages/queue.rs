//! The queue: the proposals of a view, and one of them as a card.

mod draw;
mod groups;
mod load;

use self::load::{Queue, QueueQuery};
use super::{
    frame::{Frame, Place},
    notice::Notice,
    opened::Opened,
    view::{self, ListPlace},
};
use crate::{
    http::Response,
    routes::{Answer, Call},
    services::Services,
};
use maud::Markup;
use nerve_ledger::questions;
use nerve_model::ProposalId;

/// `GET /`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let query: QueueQuery = call.query()?;
    let notice = match (query.did, query.answered) {
        (Some(did), _) => Some(Notice::Did(did, query.to)),
        (None, Some(id)) => {
            questions::get(call.services.db(), id).await?.map(|question| Notice::Answered(Box::new(question)))
        }
        (None, None) => None,
    };
    page(&call, query, notice).await
}

/// `GET /proposals/{id}`.
pub(crate) async fn open<S: Services>(call: Call<'_, S>) -> Answer {
    let query = QueueQuery { proposal: Some(call.id("proposal")?), ..call.query()? };
    page(&call, query, None).await
}

/// The queue after a refused decision, with the card as it is now.
pub(crate) async fn refused<S: Services>(
    call: &Call<'_, S>,
    id: ProposalId,
    place: Option<ListPlace>,
    notice: Notice,
) -> Answer {
    let (view, cursor) = place.map_or((None, None), |place| (Some(place.view), place.cursor));
    page(call, QueueQuery { proposal: Some(id), view, cursor, ..QueueQuery::default() }, Some(notice)).await
}

async fn page<S: Services>(call: &Call<'_, S>, query: QueueQuery, notice: Option<Notice>) -> Answer {
    let queue = Queue::load(call, query).await?;
    let sections = groups::sections(&queue.items);
    let shown = queue.chosen.as_ref().or_else(|| groups::proposals(&sections).next());
    let card = match shown {
        Some(proposal) => {
            let order: Vec<ProposalId> = groups::proposals(&sections).map(|proposal| proposal.id).collect();
            let next = groups::after(&order, proposal.id);
            Some(Opened::load(call, proposal, &queue.place, next, notice.as_ref()).await?)
        }
        None => None,
    };
    let main = draw::main(&queue, &sections, card.as_ref(), notice.as_ref(), call.services.now());
    let views = view::links(queue.place.view, &queue.counts);
    let frame = Frame { views, ..Frame::new(Place::Queue, queue.place.view.title(), call.caller.as_ref()) };
    Ok(answer(&frame, notice.as_ref(), main))
}

fn answer(frame: &Frame<'_>, notice: Option<&Notice>, main: Markup) -> Response {
    match notice {
        Some(Notice::Refused(problem, ..)) => problem.with_headers(frame.show(problem.status(), main)),
        _ => frame.show(200, main),
    }
}
