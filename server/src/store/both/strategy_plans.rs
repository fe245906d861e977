//! The queries about strategies, titles, duels and minutes whose plans are checked.

use super::{
    duels, identity, minutes, offline, scenarios, strategies, strategy_follows, strategy_rows,
    strategy_search, titles,
};

pub(super) const QUERIES: &[(&str, &str)] = &[
    ("duels::FIND", duels::FIND),
    ("duels::ACCEPT", duels::ACCEPT),
    ("duels::REFUSE", duels::REFUSE),
    ("duels::SETTLE", duels::SETTLE),
    ("duels::START_CHALLENGER", duels::START_CHALLENGER),
    ("duels::START_OPPONENT", duels::START_OPPONENT),
    ("duels::PRUNE", duels::PRUNE),
    ("minutes::LIST", minutes::LIST),
    ("minutes::PRUNE", minutes::PRUNE),
    ("offline::FIND_START", offline::FIND_START),
    ("offline::NOTE_REFUSAL", offline::NOTE_REFUSAL),
    ("offline::COUNT", offline::COUNT),
    ("offline::PRUNE", offline::PRUNE),
    ("offline::FIND_RUN", offline::FIND_RUN),
    ("offline::NOTE_RUN", offline::NOTE_RUN),
    ("offline::LIST_RUNS", offline::LIST_RUNS),
    ("offline::LIST_UNSENT", offline::LIST_UNSENT),
    ("offline::LIST_RESULTS", offline::LIST_RESULTS),
    ("scenarios::FIND_CURVES", scenarios::FIND_CURVES),
    ("scenarios::STORE_CURVE", scenarios::STORE_CURVE),
    ("scenarios::LIST_CLASS_CURVES", scenarios::LIST_CLASS_CURVES),
    ("titles::LIST_KEYS", titles::LIST_KEYS),
    ("titles::FIND_KEY", titles::FIND_KEY),
    ("titles::REVOKE_KEY", titles::REVOKE_KEY),
    ("titles::LIST_ACHIEVEMENTS", titles::LIST_ACHIEVEMENTS),
    ("titles::FIND_ACHIEVEMENT", titles::FIND_ACHIEVEMENT),
    ("titles::LIST_UNLOCKS", titles::LIST_UNLOCKS),
    ("titles::SUM_SESSIONS", titles::SUM_SESSIONS),
    ("titles::LIST_SCORES", titles::LIST_SCORES),
    ("titles::LIST_BEST", titles::LIST_BEST),
    ("identity::ERASE 17", identity::ERASE[17]),
    ("identity::ERASE 18", identity::ERASE[18]),
    ("identity::ERASE 19", identity::ERASE[19]),
    ("identity::ERASE 20", identity::ERASE[20]),
    ("identity::ERASE 22", identity::ERASE[22]),
    ("identity::ERASE 23", identity::ERASE[23]),
    ("identity::ERASE 24", identity::ERASE[24]),
    ("identity::END_FOLLOWING", identity::END_FOLLOWING),
    ("strategies::COUNT_OF", strategies::COUNT_OF),
    ("strategies::CHANGE", strategies::CHANGE),
    ("strategies::HIDE", strategies::HIDE),
    ("strategies::FIND", strategies::FIND),
    ("strategies::FIND_VERSION", strategies::FIND_VERSION),
    ("strategies::MEASURE", strategies::MEASURE),
    (
        "strategy_follows::COUNT_FOLLOWED",
        strategy_follows::COUNT_FOLLOWED,
    ),
    ("strategy_follows::UNFOLLOW", strategy_follows::UNFOLLOW),
    (
        "strategy_follows::COUNT_FOLLOWER",
        strategy_follows::COUNT_FOLLOWER,
    ),
    ("strategy_follows::FOLLOWS", strategy_follows::FOLLOWS),
    (
        "strategy_follows::LIST_FOLLOWED",
        strategy_follows::LIST_FOLLOWED,
    ),
    (
        "strategy_rows::COUNT_MATCHING",
        strategy_rows::COUNT_MATCHING,
    ),
    (
        "strategy_search::COUNT_RETURNING",
        strategy_search::COUNT_RETURNING,
    ),
    (
        "strategy_search::MATCHES_BY_FOLLOWERS",
        strategy_search::MATCHES_BY_FOLLOWERS,
    ),
    (
        "strategy_search::MATCHES_BY_RETURN",
        strategy_search::MATCHES_BY_RETURN,
    ),
    (
        "strategy_search::MATCHES_BY_CHANGE",
        strategy_search::MATCHES_BY_CHANGE,
    ),
    (
        "strategy_search::MATCHES_BY_RELEVANCE",
        strategy_search::MATCHES_BY_RELEVANCE,
    ),
    (
        "strategy_search::RETURNS_BY_FOLLOWERS",
        strategy_search::RETURNS_BY_FOLLOWERS,
    ),
    (
        "strategy_search::RETURNS_BY_CHANGE",
        strategy_search::RETURNS_BY_CHANGE,
    ),
];
/// Queries whose rows come in the order of an index.
pub(super) const ORDERED: &[(&str, &str)] = &[
    ("scenarios::LIST_OF", scenarios::LIST_OF),
    ("scenarios::LIST_RUNS", scenarios::LIST_RUNS),
    ("duels::LIST_MADE", duels::LIST_MADE),
    ("duels::LIST_TAKEN", duels::LIST_TAKEN),
    ("offline::LIST_STARTS", offline::LIST_STARTS),
    ("strategies::LIST", strategies::LIST),
    ("strategies::LIST_OF", strategies::LIST_OF),
    ("strategies::LIST_VERSIONS", strategies::LIST_VERSIONS),
    (
        "strategy_follows::LIST_FOLLOWERS",
        strategy_follows::LIST_FOLLOWERS,
    ),
    (
        "strategy_search::WALK_BY_FOLLOWERS",
        strategy_search::WALK_BY_FOLLOWERS,
    ),
    (
        "strategy_search::WALK_BY_RETURN",
        strategy_search::WALK_BY_RETURN,
    ),
    (
        "strategy_search::WALK_BY_CHANGE",
        strategy_search::WALK_BY_CHANGE,
    ),
];
