//! Lists: paged where a person turns pages, with a cursor where a list grows without end.

use serde::{Deserialize, Serialize};

/// The position of a page in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PageMeta {
    /// The page, from 1.
    pub page: u32,
    /// Rows per page.
    pub per_page: u32,
    /// Rows in all.
    pub total: u64,
}

impl PageMeta {
    /// Pages in all; at least one.
    #[must_use]
    pub fn pages(self) -> u64 {
        self.total.div_ceil(u64::from(self.per_page.max(1))).max(1)
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Their position in the list.
    pub meta: PageMeta,
}

/// A slice of a growing list, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CursorPage<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Pass this as `cursor` to get the next slice; none at the end.
    pub next: Option<String>,
}
