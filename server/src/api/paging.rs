//! Pages and cursors of lists.

use std::fmt::Display;
use std::str::FromStr;

use domain::api::{ApiError, CursorPage, Page, PageMeta};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::error::Result;

/// Maximum rows of a page of a [`PageQuery`], as stated in the API description.
pub const PER_PAGE_MAX: u32 = 1_000;

/// Which page of a list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The page, from 1; 1 by default.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 4_294_967_295_u32)]
    #[serde(default)]
    pub page: Option<String>,
    /// Rows per page, 50 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1_000)]
    #[serde(default)]
    pub per_page: Option<String>,
}

/// A page that was asked for, within the limits of its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageOf {
    page: u32,
    per_page: u32,
}

impl PageQuery {
    /// The page, or which field of the query is wrong.
    ///
    /// # Errors
    /// 422 when a number is none or out of bounds.
    pub fn check(&self, default: u32, most: u32) -> Result<PageOf> {
        let page = number("page", self.page.as_deref(), 1, u32::MAX)?;
        let per_page = number("per_page", self.per_page.as_deref(), default, most)?;
        Ok(PageOf { page, per_page })
    }
}

impl PageOf {
    /// Rows before the page.
    #[must_use]
    pub fn offset(self) -> u32 {
        (self.page - 1).saturating_mul(self.per_page)
    }

    /// Maximum rows of the page.
    #[must_use]
    pub fn limit(self) -> u32 {
        self.per_page
    }

    /// The page with its rows.
    #[must_use]
    pub fn with<T>(self, items: Vec<T>, total: u64) -> Page<T> {
        Page {
            items,
            meta: PageMeta {
                page: self.page,
                per_page: self.per_page,
                total,
            },
        }
    }

    /// The rows of this page out of all of them, each made only when it is on the page.
    pub fn cut<T, U>(
        self,
        all: impl ExactSizeIterator<Item = T>,
        row: impl FnMut(T) -> U,
    ) -> Page<U> {
        let total = u64::try_from(all.len()).unwrap_or(u64::MAX);
        let (skip, take) = (
            usize::try_from(self.offset()),
            usize::try_from(self.limit()),
        );
        let rows = all
            .skip(skip.unwrap_or(usize::MAX))
            .take(take.unwrap_or(usize::MAX));
        self.with(rows.map(row).collect(), total)
    }
}

/// A position in a list that grows.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CursorQuery {
    /// `next` of the answer before; without one the list starts at its newest.
    #[serde(default)]
    pub cursor: Option<String>,
    /// Rows at most: 1 to 100, 50 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    #[serde(default)]
    pub limit: Option<String>,
}

impl CursorQuery {
    /// The cursor, read by `read`, and the limit.
    ///
    /// # Errors
    /// 422 when the cursor is none of ours or the limit out of bounds.
    pub fn check<C>(&self, read: impl FnOnce(&str) -> Option<C>) -> Result<(Option<C>, u32)> {
        let limit = number("limit", self.limit.as_deref(), 50, 100)?;
        let Some(cursor) = self.cursor.as_deref() else {
            return Ok((None, limit));
        };
        let read = read(cursor);
        let read = read.ok_or_else(|| ApiError::field("cursor", "is not one of this list"))?;
        Ok((Some(read), limit))
    }
}

/// A stretch of a list of which one row more than asked for was read, to see whether it goes on.
pub fn stretch<T, U>(
    mut rows: Vec<T>,
    limit: u32,
    cursor: impl FnOnce(&T) -> String,
    view: impl FnMut(T) -> U,
) -> CursorPage<U> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(cursor);
    CursorPage {
        items: rows.into_iter().map(view).collect(),
        next,
    }
}

fn number(field: &str, text: Option<&str>, default: u32, most: u32) -> Result<u32> {
    let Some(text) = text else { return Ok(default) };
    let number = u32::from_str(text)
        .ok()
        .filter(|number| (1..=most).contains(number));
    let wrong = || {
        let bound: &dyn Display = if most == u32::MAX {
            &"on"
        } else {
            &format_args!("to {most}")
        };
        ApiError::field(field, format!("must be a whole number from 1 {bound}"))
    };
    Ok(number.ok_or_else(wrong)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_within_its_bounds() {
        let check = |page: &str, per_page: &str| {
            let query = PageQuery {
                page: Some(page.into()),
                per_page: Some(per_page.into()),
            };
            query
                .check(20, 100)
                .map(|page| (page.offset(), page.limit()))
                .ok()
        };
        assert_eq!(check("1", "20"), Some((0, 20)));
        assert_eq!(check("3", "100"), Some((200, 100)));
        assert_eq!(check("4294967295", "100"), Some((u32::MAX, 100)));
        for (page, per_page) in [
            ("0", "20"),
            ("-1", "20"),
            ("x", "20"),
            ("1", "101"),
            ("1", "0"),
            ("1e3", "2"),
        ] {
            assert_eq!(check(page, per_page), None, "{page} {per_page}");
        }
    }

    #[test]
    fn a_page_has_its_rows_and_the_total() {
        let page = PageQuery {
            page: Some("2".into()),
            per_page: Some("3".into()),
        }
        .check(20, 100);
        let cut = page.unwrap().cut(0..8, |n| n);
        assert_eq!(
            (cut.items, cut.meta.total, cut.meta.pages()),
            (vec![3, 4, 5], 8, 3)
        );
    }

    #[test]
    fn a_stretch_tells_whether_the_list_goes_on() {
        let of = |rows: Vec<i32>| stretch(rows, 2, ToString::to_string, |n| n);
        assert_eq!(
            of(vec![9, 8, 7]),
            CursorPage {
                items: vec![9, 8],
                next: Some("8".into())
            }
        );
        assert_eq!(
            of(vec![9, 8]),
            CursorPage {
                items: vec![9, 8],
                next: None
            }
        );
        assert_eq!(
            of(vec![]),
            CursorPage {
                items: vec![],
                next: None
            }
        );
    }
}
