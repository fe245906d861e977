//! What the forms of puzzles ask of the API.

use serde_json::json;

use super::calls::Call;
use super::{Fields, json as fields_json};

const PUZZLE: &str = "/puzzle";

pub fn decide(fields: &Fields) -> Call {
    let mut body = fields_json(fields, ["day", "choice"]);
    let step = fields.get("step").map_or("", |step| step.trim());
    // What is no number goes on as a text, which the API refuses by name.
    body["step"] = step
        .parse::<u32>()
        .map_or_else(|_| json!(step), |step| json!(step));
    Call::post(PUZZLE, body, PUZZLE, PUZZLE)
}
