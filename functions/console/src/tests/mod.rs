//! The console from outside: one request, one answer.

mod api;
mod doors;
mod imports;
mod keeping;
mod merging;
mod openapi;
mod pages;
mod privacy;
mod records;
