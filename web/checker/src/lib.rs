//! Checks receipts and draws in a browser. The server renders the pages of proof; this module replays the ledger with
//! the rules of the game itself, so that the reader need not believe the server.

use domain::WordsDigest;
use domain::offering::Draw;
use domain::proof::{PublicKey, SignedCheckpoint, check_receipt, verify_consistency};
use wasm_bindgen::prelude::wasm_bindgen;

/// Checks the file of a receipt; the answer is a `ReceiptView` as JSON. `trusted` are keys that the reader
/// has from elsewhere, a line each.
#[wasm_bindgen]
#[must_use]
pub fn check(file: &str, trusted: &str) -> String {
    let trusted: Vec<PublicKey> = trusted.lines().filter_map(|key| key.parse().ok()).collect();
    let view = check_receipt(file, &trusted).view();
    serde_json::to_string(&view).unwrap_or_default()
}

/// Whether the log of the checkpoint `now` begins with that of `saved`, both signed with one of the keys, by
/// a proof of hashes as hexadecimal digits, a line each. `now` may be of the same size.
#[wasm_bindgen]
#[must_use]
pub fn begins_with(saved: &str, now: &str, proof: &str, keys: &str) -> bool {
    let (Ok(saved), Ok(now)) = (
        saved.parse::<SignedCheckpoint>(),
        now.parse::<SignedCheckpoint>(),
    ) else {
        return false;
    };
    let keys: Vec<PublicKey> = keys.lines().filter_map(|key| key.parse().ok()).collect();
    let signed = |note: &SignedCheckpoint| keys.iter().any(|key| note.is_signed_by(key));
    let hash = |line: &str| line.parse::<WordsDigest>().ok().map(|digest| digest.0);
    let Some(proof) = proof.lines().map(hash).collect::<Option<Vec<_>>>() else {
        return false;
    };
    let (from, to) = (&saved.checkpoint, &now.checkpoint);
    signed(&saved)
        && signed(&now)
        && from.origin == to.origin
        && verify_consistency((from.size, &from.root), (to.size, &to.root), &proof)
}

/// Divides the shares of an offering anew; what that shows, in words. `draw` is the API's answer as JSON.
#[wasm_bindgen]
#[must_use]
pub fn check_draw(draw: &str) -> String {
    let Ok(draw) = serde_json::from_str::<Draw>(draw) else {
        return "What the server sent is no draw.".to_owned();
    };
    match draw.check() {
        Ok(()) => format!(
            "Your browser divided the shares anew: all {} results follow from what was asked and from the seed, \
             and the seed is the one of the fingerprint.",
            draw.investments.len()
        ),
        Err(wrong) => format!("Something is wrong. {wrong}"),
    }
}

#[cfg(test)]
mod tests {
    use domain::api::ReceiptView;
    use domain::proof::Outcome;

    use super::*;

    #[test]
    fn what_is_no_receipt_is_said_to_be_none() {
        let view: ReceiptView = serde_json::from_str(&check("nonsense", "")).unwrap();
        assert!(!view.sound);
        assert_eq!(view.checks[0].outcome, Outcome::Failed);
        assert!(!begins_with("one", "another", "", ""));
    }
}
