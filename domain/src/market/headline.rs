//! Headlines for jumps: sentences with a placeholder for a name. Their translations are in
//! `web/messages/headlines`.

use super::character::Character;
use super::earnings::ReportOutcome;
use super::news::Direction;

/// Headlines for good and for bad news; `{}` stands for the name.
struct Sentences {
    up: &'static [&'static str],
    down: &'static [&'static str],
}

impl Sentences {
    fn of(&self, direction: Direction) -> &'static [&'static str] {
        match direction {
            Direction::Up => self.up,
            Direction::Down => self.down,
        }
    }
}

const MARKET: Sentences = Sentences {
    up: &[
        "Interest rates cut by a quarter: shares rise across the board",
        "More people in work than ever before: markets cheer",
        "Prices in the shops rise more slowly than feared, and investors breathe out",
        "Great harvest and full order books: economists raise their forecasts",
        "Long trade quarrel settled over tea; markets celebrate",
        "Families plan to spend more this year, a large survey finds",
    ],
    down: &[
        "Interest rates raised by a quarter: shares fall across the board",
        "Economists lower their forecasts, and markets take it badly",
        "Storms close the big harbours: deliveries everywhere will be late",
        "Shops report a quiet month, and investors grow careful",
        "Talks about trade end without a handshake; markets slip",
        "Energy bills rise sharply: companies and families feel it",
    ],
};

const SECTOR: Sentences = Sentences {
    up: &[
        "{}: orders at a record across the whole sector",
        "{}: new rules make life easier for the whole sector",
        "{}: a big study expects ten good years for the sector",
        "{}: raw materials get cheaper, and every company gains",
    ],
    down: &[
        "{}: orders dry up across the whole sector",
        "{}: strict new rules will cost the whole sector money",
        "{}: raw materials get dearer, and every company suffers",
        "{}: a strike at suppliers slows the whole sector",
    ],
};

const COMPANY: Sentences = Sentences {
    up: &[
        "{} wins its largest order so far",
        "{} raises its forecast for the year",
        "{} opens in three new countries",
        "{} hires a much admired new boss",
        "{} is voted best place to work",
        "{} and an old rival agree to work together",
    ],
    down: &[
        "{} loses its largest customer",
        "{} lowers its forecast for the year",
        "Fire in a warehouse of {}: nobody hurt, much lost",
        "The boss of {} leaves without saying why",
        "A rival undercuts {} on price",
        "A court orders {} to pay an old bill",
    ],
};

/// Earnings headlines: more than expected, as expected, less than expected.
const REPORT_BETTER: &[&str] = &[
    "{} reports: it earned more than anyone expected",
    "A strong quarter: {} sold more than expected and earned more, too",
    "{} reports costs lower than expected, so more is left over",
];
const REPORT_AS_EXPECTED: &[&str] = &[
    "{} reports: it earned about what was expected",
    "No surprises from {}: the last three months went as expected",
];
const REPORT_WORSE: &[&str] = &[
    "{} reports: it earned less than expected",
    "A weak quarter: {} sold less than expected",
    "{} earned money, but less than investors had counted on",
];

const FUND: Sentences = Sentences {
    up: &[
        "Savers pour money into {}",
        "Good interest payments lift {}",
    ],
    down: &[
        "Savers take money out of {}",
        "Falling bond prices weigh on {}",
    ],
};

const FOOD: Sentences = Sentences {
    up: &[
        "Queues around the block: the new flavour of {} is a hit",
        "{} wins the Golden Spoon for the second time",
        "School kitchens everywhere choose {}",
    ],
    down: &[
        "{} calls back a batch that tastes of soap",
        "Critics are not amused: new flavour of {} flops",
        "Bad harvest makes ingredients dear for {}",
    ],
};

const TECHNOLOGY: Sentences = Sentences {
    up: &[
        "{} shows a gadget that everyone in the hall wants to keep",
        "A million new users in a week for {}",
        "Invention of {} halves the power that computers need",
    ],
    down: &[
        "An update of {} goes wrong: screens dark for a day",
        "{} delays its new product to next year",
        "Hackers visit {}: the hole is closed, trust is dented",
    ],
};

const ENERGY: Sentences = Sentences {
    up: &[
        "{} supplies a whole city for the first time",
        "Cheaper and cleaner: engineers of {} report a breakthrough",
        "{} wins the contract for the islands",
    ],
    down: &[
        "The big plant of {} stands still for repairs",
        "{} must build its new plant all over again",
        "Power prices fall, and with them the income of {}",
    ],
};

const HEALTH: Sentences = Sentences {
    up: &[
        "Large trial: the new treatment of {} works",
        "Hospitals in ten countries order from {}",
        "{} gets the go-ahead for its new product",
    ],
    down: &[
        "Trial disappoints: the treatment of {} no better than tea",
        "{} waits longer than planned for permission to sell",
        "Health insurers want lower prices from {}",
    ],
};

const TRAVEL: Sentences = Sentences {
    up: &[
        "Holiday bookings at {} beat every record",
        "{} named the most punctual of all",
        "Sunny outlook: {} adds new routes for the summer",
    ],
    down: &[
        "Rainy holidays: {} counts empty seats",
        "Fog, frost and a fallen tree: a week of delays at {}",
        "{} mislays four thousand suitcases",
    ],
};

const ENTERTAINMENT: Sentences = Sentences {
    up: &[
        "Everyone hums it: {} lands the hit of the year",
        "Fans camp outside the shops for the newest from {}",
        "{} sweeps the awards and thanks its cat",
    ],
    down: &[
        "Fans of {} are disappointed, and say so",
        "{} puts off its big release once more",
        "The expensive sequel of {} finds no audience",
    ],
};

const HOME: Sentences = Sentences {
    up: &[
        "Spring fever: customers empty the shelves of {}",
        "Design prize for {}",
        "A film star shows off a living room full of {}",
    ],
    down: &[
        "Missing screws: {} takes back ten thousand boxes",
        "A cold, wet spring spoils the season for {}",
        "Customers of {} put off big purchases",
    ],
};

const INDUSTRY: Sentences = Sentences {
    up: &[
        "{} builds the largest project in its history",
        "A new machine lets {} work twice as fast",
        "Towns all over the country order from {}",
    ],
    down: &[
        "{} measured in inches instead of centimetres: expensive mistake",
        "Steel gets dearer, and {} feels it first",
        "The big project of {} will be a year late",
    ],
};

const FINANCE: Sentences = Sentences {
    up: &[
        "More people than ever trust {} with their savings",
        "Hardly anyone fails to pay back: a good year for {}",
        "{} opens accounts for a whole generation of school leavers",
    ],
    down: &[
        "Customers of {} pay back late",
        "Computers of {} down for a day: nobody could pay",
        "Supervisors look closely at the books of {}",
    ],
};

const MATERIALS: Sentences = Sentences {
    up: &[
        "{} finds more than it was looking for",
        "Builders everywhere order from {}",
        "A new oven of {} needs half the heat",
    ],
    down: &[
        "Prices of raw materials slide, and {} with them",
        "The largest oven of {} goes cold for repairs",
        "Lorries of {} stand still: a bridge is closed",
    ],
};

const SHOPS: Sentences = Sentences {
    up: &[
        "Long queues at the tills of {}",
        "{} sells out before the holidays begin",
        "Customers return to {}, and bring their friends",
    ],
    down: &[
        "Shelves too full: {} has to lower its prices",
        "A wet month keeps customers of {} at home",
        "Parcels from {} arrive late, and shoppers complain",
    ],
};

const COMMUNICATION: Sentences = Sentences {
    up: &[
        "A record number of people joined {} this month",
        "{} connects the last villages in the hills",
        "Everyone talks about {}",
    ],
    down: &[
        "Silence at {}: the network was down for hours",
        "Members leave {} for a rival",
        "Advertisers spend less at {}",
    ],
};

const NONE: Sentences = Sentences { up: &[], down: &[] };

fn of_category(category: &str) -> &'static Sentences {
    match category {
        "Food" => &FOOD,
        "Technology" => &TECHNOLOGY,
        "Energy" => &ENERGY,
        "Health" => &HEALTH,
        "Travel" => &TRAVEL,
        "Entertainment" => &ENTERTAINMENT,
        "Home" => &HOME,
        "Industry" => &INDUSTRY,
        "Finance" => &FINANCE,
        "Materials" => &MATERIALS,
        "Shops" => &SHOPS,
        "Communication" => &COMMUNICATION,
        _ => &NONE,
    }
}

/// News of the whole market.
pub(super) fn market_headline(direction: Direction, pick: u64) -> String {
    chosen(MARKET.of(direction), &[], pick).to_owned()
}

/// News of a sector.
pub(super) fn sector_headline(name: &str, direction: Direction, pick: u64) -> String {
    chosen(SECTOR.of(direction), &[], pick).replace("{}", name)
}

/// News of a company: specific to its trade, or general.
pub(super) fn company_headline(one: &Character, direction: Direction, pick: u64) -> String {
    let trade = of_category(one.category).of(direction);
    chosen(COMPANY.of(direction), trade, pick).replace("{}", one.name)
}

/// An earnings headline.
pub(super) fn report_headline(name: &str, outcome: ReportOutcome, pick: u64) -> String {
    let sentences = match outcome {
        ReportOutcome::Better => REPORT_BETTER,
        ReportOutcome::AsExpected => REPORT_AS_EXPECTED,
        ReportOutcome::Worse => REPORT_WORSE,
    };
    chosen(sentences, &[], pick).replace("{}", name)
}

/// News of a fund.
pub(super) fn fund_headline(name: &str, direction: Direction, pick: u64) -> String {
    chosen(FUND.of(direction), &[], pick).replace("{}", name)
}

/// Picks from two lists taken together. Uses bits 8 to 23, because the others already determined
/// the jump's size.
fn chosen(first: &[&'static str], second: &[&'static str], pick: u64) -> &'static str {
    let count = first.len().saturating_add(second.len());
    let bits = usize::try_from((pick >> 8) & 0xFFFF).unwrap_or_default();
    let place = bits.checked_rem(count).unwrap_or_default();
    first
        .iter()
        .chain(second)
        .nth(place)
        .copied()
        .unwrap_or("Something moved {}")
}
