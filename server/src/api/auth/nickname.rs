//! Friendly handles for guests: an adjective, an animal and a number.

const ADJECTIVES: [&str; 32] = [
    "able", "brave", "bright", "calm", "clever", "cosy", "daring", "eager", "early", "fair",
    "fond", "gentle", "glad", "happy", "keen", "kind", "lively", "lucky", "merry", "nimble",
    "steady", "polite", "proud", "quick", "quiet", "ready", "sunny", "swift", "tidy", "warm",
    "wise", "witty",
];

const ANIMALS: [&str; 32] = [
    "badger", "beaver", "bison", "camel", "cat", "crane", "deer", "dingo", "eagle", "falcon",
    "finch", "fox", "gecko", "heron", "horse", "ibex", "koala", "lark", "lion", "llama", "lynx",
    "marten", "moose", "otter", "owl", "panda", "puffin", "raven", "robin", "seal", "swan", "wren",
];

/// Such as `quiet-otter-482193`.
pub fn random() -> String {
    let pick = |words: &[&'static str]| {
        let place = rand::random_range(0..words.len());
        words.get(place).copied().unwrap_or("quick")
    };
    let number: u32 = rand::random_range(1_000..1_000_000);
    format!("{}-{}-{number}", pick(&ADJECTIVES), pick(&ANIMALS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::players::{handles, names};

    #[test]
    fn every_nickname_could_be_a_handle() {
        let longest = |words: &[&str]| words.iter().map(|word| word.len()).max().unwrap();
        assert!(longest(&ADJECTIVES) + longest(&ANIMALS) + "--999999".len() <= names::HANDLE_MAX);
        for _ in 0..1_000 {
            let nickname = random();
            assert_eq!(names::handle(&nickname).as_ref(), Ok(&nickname));
            assert!(!handles::is_refused(&nickname), "{nickname}");
        }
    }
}
