//! Recovery words: four common ones that find a guest's account again.

/// Words of a set.
const COUNT: usize = 4;

/// A set such as `amber kettle violin river`: 32 random bits, for which nobody has enough tries.
#[must_use]
pub fn random() -> String {
    let pick = || {
        let place = rand::random_range(0..WORDS.len());
        WORDS.get(place).copied().unwrap_or("amber")
    };
    let picked: [&str; COUNT] = std::array::from_fn(|_| pick());
    picked.join(" ")
}

/// The words as they are compared: whatever stands between them, and in whatever case.
#[must_use]
pub fn normalized(typed: &str) -> String {
    let words: Vec<String> = typed
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join(" ")
}

#[rustfmt::skip]
const WORDS: [&str; 256] = [
    "acorn", "actor", "alarm", "album", "alpine", "amber", "anchor", "apple", "apricot",
    "april", "apron", "arch", "arrow", "artist", "atlas", "attic", "autumn", "avenue", "bacon",
    "badge", "bagel", "baker", "bamboo", "banjo", "barley", "barn", "basil", "basket", "beach",
    "beacon", "berry", "bicycle", "birch", "biscuit", "blanket", "blossom", "border", "bottle",
    "branch", "brave", "bread", "breeze", "brick", "bridge", "bronze", "brush", "bubble",
    "bucket", "butter", "button", "cabin", "cactus", "camera", "canal", "candle", "canoe",
    "canyon", "carpet", "carrot", "castle", "cedar", "cellar", "cherry", "chess", "cider",
    "cinema", "circle", "clever", "clock", "cloud", "clover", "cobalt", "coconut", "comet",
    "compass", "copper", "coral", "cotton", "cousin", "cradle", "crayon", "cricket", "crystal",
    "curtain", "cushion", "cycle", "daisy", "dance", "desert", "diamond", "dinner", "dolphin",
    "donkey", "dragon", "drum", "eagle", "early", "earth", "echo", "elbow", "elder", "ember",
    "engine", "fabric", "falcon", "family", "feather", "fence", "fern", "ferry", "fiddle",
    "field", "finger", "flame", "flute", "forest", "fossil", "fountain", "frost", "galaxy",
    "garden", "garlic", "gentle", "giant", "ginger", "glacier", "glove", "gold", "grape",
    "gravel", "guitar", "hammer", "harbor", "harvest", "hazel", "helmet", "hiker", "honey",
    "horizon", "hotel", "igloo", "indigo", "island", "ivory", "jacket", "jasmine", "jelly",
    "jewel", "jigsaw", "jungle", "kettle", "kiosk", "kitchen", "kite", "kiwi", "ladder",
    "lagoon", "lantern", "laundry", "lemon", "letter", "library", "lilac", "lizard", "lobster",
    "magnet", "mango", "maple", "marble", "market", "meadow", "melon", "mirror", "mitten",
    "monday", "mosaic", "mountain", "museum", "mustard", "napkin", "nectar", "needle", "noodle",
    "notebook", "ocean", "olive", "onion", "opera", "orange", "orchard", "organ", "oyster",
    "paddle", "painter", "palace", "pancake", "paper", "parade", "parrot", "pasta", "pebble",
    "pepper", "piano", "picnic", "pillow", "pilot", "planet", "pocket", "potato", "puzzle",
    "pyramid", "quartz", "quilt", "radio", "rainbow", "raisin", "ribbon", "river", "robot",
    "rocket", "rose", "saddle", "salmon", "sandal", "saturn", "scarf", "shadow", "silver",
    "spoon", "summer", "sunset", "teapot", "thunder", "ticket", "timber", "tomato", "trumpet",
    "tulip", "tunnel", "turtle", "umbrella", "valley", "vanilla", "velvet", "village", "violin",
    "waffle", "wagon", "walnut", "window", "winter", "wizard", "yellow", "yoghurt", "zebra",
    "zigzag",
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn words_are_plain_and_all_different() {
        let different: HashSet<_> = WORDS.iter().collect();
        assert_eq!(different.len(), WORDS.len());
        let plain = |word: &&str| word.len() >= 4 && word.bytes().all(|b| b.is_ascii_lowercase());
        assert!(WORDS.iter().all(plain));
    }

    #[test]
    fn words_are_read_however_they_are_written() {
        let words = random();
        assert_eq!(words.split(' ').count(), COUNT);
        let typed = format!("  {}. ", words.to_uppercase().replace(' ', " -  "));
        assert_eq!(normalized(&typed), words);
    }
}
