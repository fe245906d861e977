//! What a task is about, and what identifies it.

use domain::Order;

use super::Task;
use crate::store::OnceKey;

impl Task {
    /// The orders it is about.
    pub(super) fn orders(&self) -> &[Order] {
        match self {
            Self::Place(order) => std::slice::from_ref(order),
            Self::PlaceBasket(basket) => &basket.orders,
            Self::Cancel(record) | Self::Settle(record) => {
                std::slice::from_ref(&record.resting.order)
            }
            Self::Post(_) | Self::Invest(_) | Self::Award(_) | Self::Apply(_) => &[],
        }
    }

    /// Identifies what is done once per account, apart from orders.
    pub(super) fn once_key(&self) -> Option<OnceKey> {
        match self {
            Self::Post(post) => Some(OnceKey::Posting(post.once_key())),
            Self::Invest(invest) => Some(OnceKey::Posting(invest.post.once_key())),
            Self::Award(award) => Some(OnceKey::Award(award.cause.key())),
            Self::Apply(action) => Some(OnceKey::Posting(action.key())),
            Self::Place(_) | Self::PlaceBasket(_) | Self::Cancel(_) | Self::Settle(_) => None,
        }
    }

    /// Whether it is decided on what the database says, never on cached state. For an order believed to
    /// rest, the answer under its key has to be read. A posting or an action may turn out to write
    /// nothing, and then no commit would detect that another server has changed the account.
    pub(super) fn is_decided_afresh(&self) -> bool {
        match self {
            Self::Cancel(_) | Self::Settle(_) => true,
            Self::Post(_) | Self::Invest(_) | Self::Apply(_) => true,
            Self::Place(_) | Self::PlaceBasket(_) | Self::Award(_) => false,
        }
    }
}
