//! Lists: by page where a person pages, by cursor where a list grows without end.

use serde::{Deserialize, Serialize};

/// Where a page stands in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PageMeta {
    /// The page, from 1.
    pub page: u32,
    /// Rows a page.
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
    /// Where they stand.
    pub meta: PageMeta,
}

/// A stretch of a list that grows, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CursorPage<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Give this as `cursor` to go on; none at the end.
    pub next: Option<String>,
}
