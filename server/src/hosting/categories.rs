//! The categories to which a game may be limited: those of its market, otherwise nothing could be bought.

use std::collections::BTreeSet;

use domain::api::ApiError;

use crate::error::Result;
use crate::store::{NewGameMarket, Store};

/// Maximum characters of a category repeated in an answer.
const SHOWN_MAX: usize = 40;

/// Checks what a game is to be limited to, as the field of a request says.
///
/// # Errors
/// 422 for a category that no instrument of the market has; those of the store.
pub(crate) async fn check(
    store: &dyn Store,
    market: &NewGameMarket,
    (field, chosen): (&str, &[String]),
) -> Result<()> {
    if chosen.is_empty() {
        return Ok(());
    }
    let spec = match market {
        NewGameMarket::Own(spec) => Some(spec.clone()),
        NewGameMarket::Shared(id) => store.find_market(*id).await?.and_then(|found| found.spec),
    };
    let Some(spec) = spec else {
        return Ok(());
    };
    let listed = store.list_instruments(spec.source).await?;
    let known = listed.iter().map(|one| one.category.as_str()).collect();
    match unknown(&known, chosen) {
        Some(message) => Err(ApiError::field(field, message).into()),
        None => Ok(()),
    }
}

/// The message about the first unknown category.
fn unknown(known: &BTreeSet<&str>, chosen: &[String]) -> Option<String> {
    let wrong = chosen.iter().find(|one| !known.contains(one.as_str()))?;
    let shown: String = wrong.chars().take(SHOWN_MAX).collect();
    let all: Vec<&str> = known.iter().copied().collect();
    let all = all.join(", ");
    Some(format!(
        "\"{shown}\" is no category of this market, which has: {all}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_that_the_market_does_not_have_is_named() {
        let known = BTreeSet::from(["Energy", "Food"]);
        let asked = |chosen: &[&str]| {
            let chosen: Vec<String> = chosen.iter().map(|one| (*one).to_owned()).collect();
            unknown(&known, &chosen)
        };
        assert_eq!(asked(&["Food", "Energy"]), None);
        let said = "\"Nope\" is no category of this market, which has: Energy, Food";
        assert_eq!(asked(&["Food", "Nope"]).as_deref(), Some(said));
        assert!(asked(&["food"]).is_some() && asked(&[""]).is_some());
    }
}
