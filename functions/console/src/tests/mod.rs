//! The console from outside: one request, one answer.

mod admission;
mod api;
mod imports;

mod merging;
mod openapi;
mod pages;
mod privacy;
mod queue;
mod record_api;
mod records;
mod settings;
