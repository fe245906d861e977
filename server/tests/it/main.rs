//! The server from outside: one binary for all, so that it is linked once.

mod app;
mod auth;
mod engine;
mod faulty;
mod fixture;
mod forms;
mod fuzz;
mod import;
mod instruments;
mod live;
mod market;
mod me;
mod open_orders;
mod openapi;
mod orders;
mod pages;
mod requests;
mod store;
