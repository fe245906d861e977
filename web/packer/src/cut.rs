//! Empties functions that are never called.
//!
//! A type-erased view carries a table of functions for all that can happen to a view, and one for all
//! that can happen to a route. Who only reads the code cannot tell that some of them never happen in a
//! browser, so without this their code would be in every page.

use std::collections::BTreeSet;
use std::ops::Range;

use anyhow::{Context as _, bail};
use wasmparser::{KnownCustom, Name, Operator, Parser, Payload, RelocSectionReader, TypeRef};

/// The methods whose code goes, as the linker spells them: each part of a path behind its length.
///
/// - `hydrate_async`: the page is taken over at once, when its code is there (`web::hydrate`).
/// - `generate_routes`: the server alone lists the routes.
const NEVER_CALLED: [&str; 2] = ["13hydrate_async", "15generate_routes"];

/// Functions of fewer bytes stay, because emptying them saves little and may break others: the compiler merges
/// functions with the same instructions, so a short one may also be in the table of functions for another.
const SHORT: usize = 256;
/// What a function without code is: it has no variables and fails when it is called.
const EMPTY: [u8; 3] = [0x00, 0x00, 0x0b];
/// Fills the place of an instruction.
const NOTHING: u8 = 0x01;

/// The relocations of the code, and where in the module they are.
struct Relocations<'a> {
    /// The section with its kind and length.
    whole: Range<usize>,
    read: RelocSectionReader<'a>,
}

/// What has to be known of a module.
#[derive(Default)]
struct Found<'a> {
    imported_functions: usize,
    /// The content of the section of the code.
    code: Range<usize>,
    /// The functions of the module itself.
    functions: Vec<Range<usize>>,
    relocations: Option<Relocations<'a>>,
    /// The numbers of the functions that are never called; imported functions are numbered first.
    never_called: BTreeSet<usize>,
    /// The direct calls: the caller's index in `functions`, and the number of the called function.
    calls: Vec<(usize, usize)>,
}

impl Found<'_> {
    /// Where a function of the module itself is, by its number.
    fn place_of(&self, number: usize) -> Option<&Range<usize>> {
        let own = number.checked_sub(self.imported_functions)?;
        self.functions.get(own)
    }

    /// The functions to empty. The compiler may have merged a method that is never called with a function that is:
    /// it stays when a function that stays calls it.
    fn to_empty(&self) -> BTreeSet<usize> {
        let is_long = |number: &usize| {
            let place = self.place_of(*number);
            place.is_none_or(|place| place.len() >= SHORT)
        };
        let mut empty: BTreeSet<usize> =
            self.never_called.iter().copied().filter(is_long).collect();
        loop {
            let before = empty.len();
            for (caller, called) in &self.calls {
                if !empty.contains(&(self.imported_functions + caller)) {
                    empty.remove(called);
                }
            }
            if empty.len() == before {
                return empty;
            }
        }
    }
}

/// Empties the functions that are never called. They stay as long as they are, so that nothing moves,
/// but what they refer to is no longer needed on their account.
pub(crate) fn never_called(wasm: &[u8]) -> anyhow::Result<Vec<u8>> {
    let found = find(wasm)?;
    if found.never_called.is_empty() {
        bail!("no function is called {NEVER_CALLED:?}: are they spelled in another way now?");
    }
    let mut result = wasm.to_vec();
    let mut emptied = Vec::new();
    for number in found.to_empty() {
        let place = found
            .place_of(number)
            .context("a name of a function that is not in the module")?;
        if empty(result.get_mut(place.clone()).unwrap_or_default()) {
            emptied.push(place.clone());
        }
    }
    emptied.sort_by_key(|place| place.start);
    let relocations = found.relocations.context("there are no relocations")?;
    let kept = kept_relocations(wasm, &relocations.read, found.code.start, &emptied)?;
    drop(result.splice(relocations.whole, kept));
    Ok(result)
}

/// Whether there was anything to empty.
fn empty(function: &mut [u8]) -> bool {
    let Some((last, start)) = function.split_last_mut() else {
        return false;
    };
    if start.len() < EMPTY.len() {
        return false;
    }
    start.fill(NOTHING);
    let [no_variables, fail, end] = EMPTY;
    if let [first, second, ..] = start {
        (*first, *second) = (no_variables, fail);
    }
    *last = end;
    true
}

fn find(wasm: &[u8]) -> anyhow::Result<Found<'_>> {
    let mut found = Found::default();
    let (mut sections, mut code_section, mut end) = (0_u32, None, 8);
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.context("not a module")?;
        let before = end;
        if let Some((_, range)) = payload.as_section() {
            end = usize::try_from(range.end)?;
            if matches!(payload, Payload::CodeSectionStart { .. }) {
                code_section = Some(sections);
                found.code = place(&range)?;
            }
            sections += 1;
        }
        match payload {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    if matches!(import?.ty, TypeRef::Func(_) | TypeRef::FuncExact(_)) {
                        found.imported_functions += 1;
                    }
                }
            }
            Payload::CodeSectionEntry(function) => {
                for operator in function.get_operators_reader()? {
                    if let Operator::Call { function_index } = operator? {
                        let called = usize::try_from(function_index)?;
                        found.calls.push((found.functions.len(), called));
                    }
                }
                found.functions.push(place(&function.range())?);
            }
            Payload::CustomSection(custom) => match custom.as_known() {
                KnownCustom::Reloc(read) if Some(read.section_index()) == code_section => {
                    let whole = before..end;
                    found.relocations = Some(Relocations { whole, read });
                }
                KnownCustom::Name(names) => {
                    for names in names {
                        if let Name::Function(names) = names? {
                            found.never_called.extend(numbers(names)?);
                        }
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }
    Ok(found)
}

fn place(range: &Range<u64>) -> anyhow::Result<Range<usize>> {
    Ok(usize::try_from(range.start)?..usize::try_from(range.end)?)
}

/// The numbers of the functions that are never called, of all that have a name.
fn numbers(names: wasmparser::NameMap<'_>) -> anyhow::Result<BTreeSet<usize>> {
    let mut numbers = BTreeSet::new();
    for function in names {
        let function = function?;
        if NEVER_CALLED.iter().any(|part| function.name.contains(part)) {
            numbers.insert(usize::try_from(function.index)?);
        }
    }
    Ok(numbers)
}

/// The section of the relocations without those in the functions that were emptied.
fn kept_relocations(
    wasm: &[u8],
    relocations: &RelocSectionReader<'_>,
    code_start: usize,
    emptied: &[Range<usize>],
) -> anyhow::Result<Vec<u8>> {
    let is_emptied = |offset: usize| {
        let before = emptied.partition_point(|place| place.start <= offset);
        let last = before.checked_sub(1).and_then(|last| emptied.get(last));
        last.is_some_and(|place| place.contains(&offset))
    };
    let all = place(&relocations.range())?;
    let mut starts = Vec::new();
    for entry in relocations.entries().into_iter_with_offsets() {
        let (start, entry) = entry?;
        let offset = code_start + usize::try_from(entry.offset)?;
        starts.push((usize::try_from(start)?, is_emptied(offset)));
    }
    let ends = starts.iter().skip(1).map(|(start, _)| *start);
    let ends = ends.chain([all.end]);
    let (mut count, mut kept) = (0_u32, Vec::new());
    for ((start, emptied), end) in starts.iter().zip(ends) {
        if !emptied {
            count += 1;
            kept.extend_from_slice(wasm.get(*start..end).unwrap_or_default());
        }
    }
    let mut content = Vec::new();
    let name = b"reloc.CODE";
    write_number(&mut content, u32::try_from(name.len())?);
    content.extend_from_slice(name);
    write_number(&mut content, relocations.section_index());
    write_number(&mut content, count);
    content.append(&mut kept);
    let mut section = vec![0];
    write_number(&mut section, u32::try_from(content.len())?);
    section.append(&mut content);
    Ok(section)
}

/// Seven bits in a byte, the lowest first; all but the last byte have their highest bit set.
fn write_number(out: &mut Vec<u8>, number: u32) {
    let [low, ..] = number.to_le_bytes();
    let rest = number >> 7;
    if rest == 0 {
        out.push(low);
    } else {
        out.push(low | 0x80);
        write_number(out, rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(kind: u8, content: &[u8]) -> Vec<u8> {
        let mut section = vec![kind];
        write_number(
            &mut section,
            u32::try_from(content.len()).unwrap_or_default(),
        );
        section.extend_from_slice(content);
        section
    }

    fn custom(name: &str, content: &[u8]) -> Vec<u8> {
        let mut named = vec![u8::try_from(name.len()).unwrap_or_default()];
        named.extend_from_slice(name.as_bytes());
        named.extend_from_slice(content);
        section(0, &named)
    }

    /// A function of 300 bytes that calls another: no variables, a call, and nothing else.
    fn calling(number: u8) -> Vec<u8> {
        let mut body = vec![0, 0x10, 0x80 | number, 0x80, 0x80, 0x80, 0x00];
        body.resize(299, NOTHING);
        body.push(0x0b);
        body
    }

    /// The section of the code with two functions.
    fn code(first: &[u8], second: &[u8]) -> Vec<u8> {
        let mut content = vec![2];
        for function in [first, second] {
            write_number(
                &mut content,
                u32::try_from(function.len()).unwrap_or_default(),
            );
            content.extend_from_slice(function);
        }
        section(10, &content)
    }

    /// Two functions, the first of which calls one by number and the second the first. The second has a name that is
    /// given.
    fn module(called: u8, second: &str) -> Vec<u8> {
        let length = u8::try_from(second.len()).unwrap_or_default();
        let names = [&[2, 0, 1, b'a', 1, length][..], second.as_bytes()].concat();
        let length = u8::try_from(names.len()).unwrap_or_default();
        let names = [&[1, length][..], &names[..]].concat();
        [
            b"\0asm\x01\0\0\0".to_vec(),
            section(1, &[1, 0x60, 0, 0]),
            section(3, &[2, 0, 0]),
            code(&calling(called), &calling(0)),
            // Of section 2; both are numbers of functions: at 5 symbol 1, at 307 symbol 0.
            custom("reloc.CODE", &[2, 2, 0, 5, 1, 0, 0xb3, 0x02, 0]),
            custom("name", &names),
        ]
        .concat()
    }

    const NAME: &str = "_ZN4view13hydrate_async17h0123456789abcdefE";

    #[test]
    fn a_function_that_is_never_called_keeps_its_place_and_needs_nothing() -> anyhow::Result<()> {
        let module = module(0, NAME);
        let cut = never_called(&module)?;
        let mut emptied = vec![0, 0];
        emptied.resize(299, NOTHING);
        emptied.push(0x0b);
        let contains = |part: &[u8]| cut.windows(part.len()).any(|bytes| bytes == part);
        assert!(contains(&code(&calling(0), &emptied)));
        assert!(contains(&custom("reloc.CODE", &[2, 1, 0, 5, 1])));
        assert_eq!(cut.len(), module.len() - 4, "one relocation of four bytes");
        Ok(())
    }

    #[test]
    fn a_function_that_shares_its_body_with_one_that_is_called_stays() -> anyhow::Result<()> {
        let module = module(1, NAME);
        assert_eq!(never_called(&module)?, module);
        Ok(())
    }

    #[test]
    fn another_spelling_is_noticed() {
        assert!(never_called(&module(0, "hydrate_async")).is_err());
    }
}
