//! One press of the button: from sending the request to its response.

use domain::api::{
    ApiError, ErrorCode, OrderRequest, OrderStatus, OrderView, PositionView, TicketView,
};
use domain::{Foreign, Placement, Quote, Rejection};

use super::surprise::surprises;
use super::{after, preview, words};
use crate::language::Texts;

/// A filled order, and where it differs from what the player was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The order.
    pub order: OrderView,
    /// Sentences with both numbers; empty when it was exactly as previewed.
    pub surprises: Vec<String>,
}

/// The progress of an order.
#[derive(Debug, Clone, PartialEq)]
pub enum Attempt {
    /// Nothing has been sent.
    Editing,
    /// Sent; the page already shows the expected result.
    Sending {
        /// What was sent.
        request: OrderRequest,
        /// What the page shows in the meantime.
        predicted: Box<Placement>,
    },
    /// Sent, but no response came: it may or may not have been filled. Resending it under the same
    /// key is safe.
    Unanswered {
        /// What was sent.
        request: OrderRequest,
        /// The expected result.
        predicted: Box<Placement>,
        /// What the player is told.
        message: String,
    },
    /// Nothing was traded, because the price had moved: the player can accept the new one.
    Moved {
        /// What the player is told.
        message: String,
    },
    /// Nothing was traded.
    Refused {
        /// What the player is told.
        message: String,
        /// Whether the session is over: then only logging in again helps.
        logged_out: bool,
    },
    /// The server has never heard of the order.
    NeverArrived,
    /// Done.
    Filled(Box<Receipt>),
    /// It waits for its price.
    Waiting(Box<OrderView>),
}

impl Attempt {
    /// The attempt after its response.
    #[must_use]
    pub fn answered(
        request: OrderRequest,
        predicted: Placement,
        answer: Result<OrderView, ApiError>,
    ) -> Self {
        let error = match answer {
            Ok(order) if order.status == OrderStatus::Filled => {
                let surprises = surprises(&predicted, &order);
                return Self::Filled(Box::new(Receipt { order, surprises }));
            }
            Ok(order) if order.status == OrderStatus::Resting => {
                return Self::Waiting(Box::new(order));
            }
            Ok(order) => match order.rejection {
                Some(rejection) => refusal(rejection),
                None => return Self::not_filled(),
            },
            Err(error) => error,
        };
        if let Some(moved @ Rejection::PriceMoved { .. }) = error.rejection {
            return Self::Moved {
                message: words::rejection(moved),
            };
        }
        match error.code {
            // None of these says what happened to the order.
            ErrorCode::Unreachable
            | ErrorCode::Timeout
            | ErrorCode::Unavailable
            | ErrorCode::Internal
            | ErrorCode::RateLimited => Self::Unanswered {
                request,
                predicted: Box::new(predicted),
                message: Texts::get().refused(&error),
            },
            _ => Self::refused(&error),
        }
    }

    /// The result of an order that the page did not send itself.
    #[must_use]
    pub fn of_order(order: OrderView) -> Self {
        match order.status {
            OrderStatus::Filled => Self::Filled(Box::new(Receipt {
                order,
                surprises: Vec::new(),
            })),
            OrderStatus::Resting => Self::Waiting(Box::new(order)),
            OrderStatus::Rejected => match order.rejection {
                Some(rejection) => Self::refused(&refusal(rejection)),
                None => Self::not_filled(),
            },
            OrderStatus::Cancelled | OrderStatus::Expired => Self::not_filled(),
        }
    }

    /// The attempt after an error.
    #[must_use]
    pub fn refused(error: &ApiError) -> Self {
        let logged_out = error.code == ErrorCode::Unauthorized;
        let texts = Texts::get();
        let message = match error.rejection {
            Some(rejection) => words::rejection(rejection),
            None if logged_out => texts.ticket_logged_out().to_owned(),
            None => texts.refused(error),
        };
        Self::Refused {
            message,
            logged_out,
        }
    }

    fn not_filled() -> Self {
        Self::Refused {
            message: Texts::get().ticket_not_filled().to_owned(),
            logged_out: false,
        }
    }

    /// Whether the order is in flight.
    #[must_use]
    pub fn is_sending(&self) -> bool {
        matches!(self, Self::Sending { .. })
    }

    /// Whether its key must be kept: the server may know it but has not reported the result.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Sending { .. } | Self::Unanswered { .. })
    }

    /// What the account looks like in the meantime: the prediction applied to the known state.
    #[must_use]
    pub fn shown(&self, known: &TicketView) -> TicketView {
        match self {
            Self::Sending { predicted, .. } => after(known, predicted),
            _ => known.clone(),
        }
    }
}

/// The ticket after the server's answer, computed from the fill; none when any number disagrees
/// with the response, because something else changed the account too: then only the server knows.
/// The same goes for a waiting order, whose response does not include the account.
#[must_use]
pub fn settled(
    known: &TicketView,
    request: &OrderRequest,
    answer: &OrderView,
) -> Option<TicketView> {
    let fill = answer.fill?;
    let quote = Quote {
        symbol: fill.symbol,
        price: fill.price,
        at: fill.at,
        stale: false,
        previous_close: None,
        foreign: fill.conversion.map(|conversion| Foreign {
            currency: conversion.currency,
            rate: conversion.rate,
        }),
        halted_until: None,
    };
    let mut placement = preview(request, known, Some(&quote), fill.at).ok()?;
    let Placement::Filled(execution) = &mut placement else {
        return None;
    };
    // Only the server knows what the trade unlocked.
    execution.xp = execution.xp.saturating_add(answer.extra_xp());
    let agrees = execution.fill == fill
        && answer.cash_after == Some(execution.account.cash)
        && answer.position_after == Some(PositionView::from(&execution.position))
        && answer.xp_after == Some(execution.xp);
    agrees.then(|| after(known, &placement))
}

/// Without the server's message: the page has its own wording.
fn refusal(rejection: Rejection) -> ApiError {
    ApiError {
        rejection: Some(rejection),
        ..ApiError::new(rejection.into(), "")
    }
}
