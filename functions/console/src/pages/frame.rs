//! The frame around every page.

use super::icon::Icon;
use crate::{access::Caller, assets, http::Response};
use maud::{DOCTYPE, Markup, html};

/// A place in the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Queue,
    Records,
    Tasks,
    Ledger,
    Sources,
    Settings,
}

impl Place {
    const ALL: [Self; 6] = [Self::Queue, Self::Records, Self::Tasks, Self::Ledger, Self::Sources, Self::Settings];

    const fn link(self) -> (&'static str, &'static str, Icon) {
        match self {
            Self::Queue => ("/", "Queue", Icon::QUEUE),
            Self::Records => ("/records", "Records", Icon::RECORDS),
            Self::Tasks => ("/tasks", "Tasks", Icon::TASK),
            Self::Ledger => ("/ledger", "Ledger", Icon::LEDGER),
            Self::Sources => ("/sources", "Sources", Icon::SOURCES),
            Self::Settings => ("/settings", "Settings", Icon::SETTINGS),
        }
    }
}

/// The frame of a page for a signed-in person.
pub(crate) struct Frame<'a> {
    /// The title of the browser's tab.
    pub(crate) title: &'a str,
    /// Its place in the navigation.
    pub(crate) place: Option<Place>,
    /// The signed-in person.
    pub(crate) caller: Option<&'a Caller>,
    /// Links that belong to the place, below it.
    pub(crate) views: Markup,
}

impl<'a> Frame<'a> {
    /// The frame of a page at a place.
    pub(crate) fn new(place: Place, title: &'a str, caller: Option<&'a Caller>) -> Self {
        Self { title, place: Some(place), caller, views: html! {} }
    }

    /// A page of one column.
    pub(crate) fn single(&self, status: u16, content: &Markup) -> Response {
        self.show(status, html! { main #main.single tabindex="-1" data-exchangeable { (content) } })
    }

    /// The page; `main` is the `<main>` element.
    pub(crate) fn show(&self, status: u16, main: Markup) -> Response {
        let body = html! {
            a.skip href="#main" { "Skip to the content" }
            div.app {
                (self.side())
                (main)
            }
            div #live.visually-hidden role="status" aria-live="polite" {}
            (keys())
        };
        respond(status, self.title, &body)
    }

    fn side(&self) -> Markup {
        html! {
            div.side {
                a.brand href="/" { (Icon::MARK.draw()) "Nerve" }
                nav.places aria-label="Main" {
                    @for place in Place::ALL {
                        @let (href, name, icon) = place.link();
                        a href=(href) aria-current=[(self.place == Some(place)).then_some("page")] { (icon.draw()) (name) }
                    }
                }
                (self.views)
                (self.account())
            }
        }
    }

    fn account(&self) -> Markup {
        html! {
            @if let Some(Caller::Person(name)) = self.caller {
                div.account {
                    bdi.name { (name) }
                    form method="post" action="/sign-out" { button.plain { "Sign out" } }
                }
            }
        }
    }
}

/// A page without navigation, for a caller who is not signed in.
pub(crate) fn alone(status: u16, title: &str, content: &Markup) -> Response {
    let body = html! {
        main #main.alone tabindex="-1" {
            div {
                div.brand { (Icon::MARK.draw()) "Nerve" }
                div.panel { (content) }
            }
        }
    };
    respond(status, title, &body)
}

fn respond(status: u16, title: &str, body: &Markup) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Nerve" }
                link rel="stylesheet" href=(assets::STYLE.url());
                link rel="icon" href="data:,";
                script src=(assets::SCRIPT.url()) defer {}
            }
            body { (body) }
        }
    };
    Response::new(status, "text/html; charset=utf-8", page.into_string())
}

fn keys() -> Markup {
    let keys = [
        ("j  k", "Next, previous"),
        ("enter", "Open"),
        ("a", "Approve"),
        ("e", "Edit"),
        ("c", "Create a record"),
        ("l  t  w", "Link a record, add a task, add a note"),
        ("r", "Reject"),
        ("u", "Undo the last decision"),
        ("z  1 to 4", "Snooze: an hour, a day, three days, a week"),
        ("1  2  n", "Answer a question: first, second, new record"),
        ("/", "Search"),
        ("esc", "Close"),
        ("?", "This list"),
    ];
    html! {
        dialog #keys aria-labelledby="keys-title" {
            h2 #keys-title { "Keys" }
            dl { @for (key, meaning) in keys { dt { kbd { (key) } } dd { (meaning) } } }
            form method="dialog" { button autofocus { "Close" } }
        }
    }
}
