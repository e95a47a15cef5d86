//! Sources and the figures of their deliveries.

use crate::{
    http::Method::Get,
    problem::Problem,
    routes::{Answer, Call, Route, handler, json},
    services::Services,
    sources::{SOURCES, Source},
};
use futures_util::future::join_all;
use nerve_ledger::{
    Page,
    events::{self, SourceFigures},
};
use nerve_model::Timestamp;
use nerve_protocol::source_metrics::{Fate, SourceMetrics};
use schemars::JsonSchema;
use serde::Serialize;

/// A source with the figures of its deliveries.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SourceDocument {
    /// The name in `/hooks/<source>`.
    pub(crate) name: &'static str,
    /// The vendor's own name.
    pub(crate) title: &'static str,
    /// The address to enter in the vendor's settings.
    pub(crate) url: String,
    /// The names of its secrets; `wrangler secret put <name>` sets one.
    pub(crate) secrets: &'static [&'static str],
    /// The arrival of its last event, within a week.
    pub(crate) last_event_at: Option<Timestamp>,
    /// Events accepted within 24 hours, among the latest 10,000.
    pub(crate) accepted_day: u32,
    /// Events accepted within seven days, among the latest 10,000.
    pub(crate) accepted_week: u32,
    /// Copies of those, not counting the first.
    pub(crate) duplicates_week: u32,
    /// Deliveries that became no event; `null` when the figures cannot be reached now. In a flood they are some seconds
    /// late, and a worker that ends loses the counts it has not handed over.
    pub(crate) health: Option<SourceMetrics>,
}

impl SourceDocument {
    /// The deliveries with this fate within 24 hours.
    pub(crate) fn day(&self, fate: Fate) -> u32 {
        let counts = self.health.iter().flat_map(|health| &health.day);
        counts.filter(|count| count.fate == fate).map(|count| count.n).sum()
    }
}

pub(super) fn routes<S: Services>() -> Vec<Route<S>> {
    vec![
        Route::api(
            Get,
            "/api/sources",
            "Sources with their set-up, their events, and other deliveries by reason",
            handler!(list),
        )
        .answers::<Page<SourceDocument>>(),
    ]
}

async fn list<S: Services>(call: Call<'_, S>) -> Answer {
    json(&Page { items: all(&call).await?, next: None })
}

/// Every source, by name.
pub(crate) async fn all<S: Services>(call: &Call<'_, S>) -> Result<Vec<SourceDocument>, Problem> {
    let origin = call.request.own_origin().unwrap_or_default();
    let figures = events::figures(call.services.db(), call.services.now()).await?;
    let one = async |source: &'static Source| {
        let health = call.services.source_metrics(source.name).await.ok();
        document(source, &origin, figures.iter().find(|figures| figures.source == source.name), health)
    };
    Ok(join_all(SOURCES.iter().map(one)).await)
}

fn document(
    source: &'static Source,
    origin: &str,
    figures: Option<&SourceFigures>,
    health: Option<SourceMetrics>,
) -> SourceDocument {
    let count = |of: fn(&SourceFigures) -> u32| figures.map(of).unwrap_or_default();
    SourceDocument {
        name: source.name,
        title: source.title,
        url: source.address(origin),
        secrets: source.secrets,
        last_event_at: figures.map(|figures| figures.last_at),
        accepted_day: count(|figures| figures.day),
        accepted_week: count(|figures| figures.week),
        duplicates_week: count(|figures| figures.copies),
        health,
    }
}
