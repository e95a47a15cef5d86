//! The console from outside: one request, one answer.

mod api;
mod doors;
mod imports;

mod merging;
mod openapi;
mod pages;
mod privacy;
mod record_api;
mod records;
mod settings;
