//! SQLite's log, written in few large pieces.
//!
//! SQLite writes every page of a commit into its log (`…-wal`) with two system calls, one for its 24
//! bytes of header and one for the page, and a batch of orders changes a thousand pages. This module
//! buffers them, because they are contiguous in the file, and writes them before the log is made
//! durable. That is early enough: with `synchronous` at `full`, other connections learn of a commit only
//! after the log has been made durable. If a crash cuts a commit off, its checksums reveal that it is
//! incomplete, whichever of its pages reached the disk.
//!
//! This is a virtual file system on top of SQLite's own, see `sqlite.org/vfs.html`. All other files go
//! straight to that one.
#![expect(unsafe_code, reason = "SQLite knows files as C functions and pointers")]

use std::ffi::{CStr, c_int, c_void};
use std::ptr;
use std::sync::OnceLock;

use rusqlite::ffi::{
    self, SQLITE_ERROR, SQLITE_OK, SQLITE_OPEN_WAL, sqlite3_file, sqlite3_int64,
    sqlite3_io_methods, sqlite3_vfs,
};

const NAME: &CStr = c"tickerquest";
/// Maximum bytes to buffer: the underlying file system accepts less than 128 KiB at once
/// (`seekAndWriteFd` in os_unix.c).
const GATHERED_MAX: usize = 120 * 1024;

/// The underlying file system: a structure that SQLite keeps for as long as the process runs.
#[derive(Debug)]
struct System(*mut sqlite3_vfs);

// SAFETY: SQLite's own file system may be used by any thread, and nobody changes its structure.
unsafe impl Send for System {}
// SAFETY: as above.
unsafe impl Sync for System {}

static SYSTEM: OnceLock<Result<System, c_int>> = OnceLock::new();

/// The log, as SQLite knows it. The underlying file system's file follows in the same memory.
#[repr(C, align(8))]
struct LogFile {
    methods: *const sqlite3_io_methods,
    /// Bytes to be written from `start` on.
    gathered: Vec<u8>,
    start: sqlite3_int64,
}

static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 1,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    // Used only for the database file.
    xShmMap: None,
    xShmLock: None,
    xShmBarrier: None,
    xShmUnmap: None,
    xFetch: None,
    xUnfetch: None,
};

/// Registers the file system with SQLite, once. Returns its name.
pub(super) fn register() -> rusqlite::Result<&'static CStr> {
    match SYSTEM.get_or_init(register_once) {
        Ok(_) => Ok(NAME),
        Err(code) => Err(rusqlite::Error::SqliteFailure(ffi::Error::new(*code), None)),
    }
}

fn register_once() -> Result<System, c_int> {
    // SAFETY: the default file system exists once SQLite is initialized, which this does. It lives
    // forever, as does its copy, which is leaked. Its functions find in the copy what they find in the
    // original, except `szOsFile`, `zName` and `xOpen`. Only `open` reads any of these, and it is given
    // the original (os_unix.c, os_win.c).
    unsafe {
        let system = ffi::sqlite3_vfs_find(ptr::null());
        if system.is_null() {
            return Err(SQLITE_ERROR);
        }
        let beneath = (*system).szOsFile;
        let own = Box::new(sqlite3_vfs {
            szOsFile: beneath.saturating_add(size_of::<LogFile>() as c_int),
            pNext: ptr::null_mut(),
            zName: NAME.as_ptr(),
            xOpen: Some(open),
            ..*system
        });
        match ffi::sqlite3_vfs_register(Box::into_raw(own), 0) {
            SQLITE_OK => Ok(System(system)),
            code => Err(code),
        }
    }
}

// All of the following relies on what SQLite guarantees: `file` is memory of `szOsFile` bytes, aligned
// to 8, which belongs to one connection. After a successful `open` of a log, and until `close`, it is a
// `LogFile` followed by an open file of the underlying file system. A connection is used by one thread
// at a time. The other pointers are valid for the call.

/// Calls a function of the underlying file.
macro_rules! beneath {
    ($file:expr, $function:ident $(, $argument:expr)*) => {{
        let file = $file.cast::<LogFile>().add(1).cast::<sqlite3_file>();
        match (*(*file).pMethods).$function {
            Some(function) => function(file $(, $argument)*),
            None => SQLITE_ERROR,
        }
    }};
}

/// Defines a function that writes the buffer and then forwards to the underlying file.
macro_rules! forward {
    ($name:ident, $function:ident $(, $argument:ident: $type:ty)*) => {
        unsafe extern "C" fn $name(file: *mut sqlite3_file $(, $argument: $type)*) -> c_int {
            // SAFETY: see above.
            unsafe {
                match write_gathered(file) {
                    SQLITE_OK => beneath!(file, $function $(, $argument)*),
                    failure => failure,
                }
            }
        }
    };
}

forward!(read, xRead, into: *mut c_void, length: c_int, at: sqlite3_int64);
forward!(truncate, xTruncate, size: sqlite3_int64);
forward!(sync, xSync, flags: c_int);
forward!(file_size, xFileSize, size: *mut sqlite3_int64);
forward!(lock, xLock, level: c_int);
forward!(unlock, xUnlock, level: c_int);
forward!(check_reserved_lock, xCheckReservedLock, locked: *mut c_int);
forward!(file_control, xFileControl, operation: c_int, argument: *mut c_void);

unsafe extern "C" fn open(
    _: *mut sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut sqlite3_file,
    flags: c_int,
    flags_used: *mut c_int,
) -> c_int {
    let Some(Ok(System(system))) = SYSTEM.get() else {
        return SQLITE_ERROR;
    };
    // SAFETY: see above; the memory has room for both.
    unsafe {
        let Some(open) = (**system).xOpen else {
            return SQLITE_ERROR;
        };
        if flags & SQLITE_OPEN_WAL == 0 {
            return open(*system, name, file, flags, flags_used);
        }
        // SQLite does not close a file without functions.
        (*file).pMethods = ptr::null();
        let own = file.cast::<LogFile>();
        let beneath = own.add(1).cast::<sqlite3_file>();
        (*beneath).pMethods = ptr::null();
        let opened = open(*system, name, beneath, flags, flags_used);
        if opened == SQLITE_OK {
            own.write(LogFile {
                methods: &raw const METHODS,
                gathered: Vec::new(),
                start: 0,
            });
        } else if !(*beneath).pMethods.is_null() {
            beneath!(file, xClose);
        }
        opened
    }
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    // SAFETY: see above; nobody uses it after this.
    unsafe {
        let written = write_gathered(file);
        let closed = beneath!(file, xClose);
        ptr::drop_in_place(file.cast::<LogFile>());
        if written == SQLITE_OK {
            closed
        } else {
            written
        }
    }
}

unsafe extern "C" fn write(
    file: *mut sqlite3_file,
    bytes: *const c_void,
    length: c_int,
    at: sqlite3_int64,
) -> c_int {
    // SAFETY: see above; `bytes` are `length` bytes.
    unsafe {
        let log = file.cast::<LogFile>();
        let Ok(count) = usize::try_from(length) else {
            return SQLITE_ERROR;
        };
        let gathered = (*log).gathered.len();
        let follows = (*log).start.checked_add_unsigned(gathered as u64) == Some(at);
        if !follows || gathered.saturating_add(count) > GATHERED_MAX {
            let written = write_gathered(file);
            if written != SQLITE_OK {
                return written;
            }
            (*log).start = at;
        }
        if count > GATHERED_MAX {
            return beneath!(file, xWrite, bytes, length, at);
        }
        let bytes = std::slice::from_raw_parts(bytes.cast::<u8>(), count);
        (*log).gathered.extend_from_slice(bytes);
        SQLITE_OK
    }
}

unsafe extern "C" fn sector_size(file: *mut sqlite3_file) -> c_int {
    // SAFETY: see above.
    unsafe { beneath!(file, xSectorSize) }
}

unsafe extern "C" fn device_characteristics(file: *mut sqlite3_file) -> c_int {
    // SAFETY: see above.
    unsafe { beneath!(file, xDeviceCharacteristics) }
}

/// Writes the buffer. If that fails, so does the transaction that the bytes belong to.
unsafe fn write_gathered(file: *mut sqlite3_file) -> c_int {
    // SAFETY: see above.
    unsafe {
        let log = file.cast::<LogFile>();
        let gathered = std::mem::take(&mut (*log).gathered);
        if gathered.is_empty() {
            return SQLITE_OK;
        }
        let Ok(length) = c_int::try_from(gathered.len()) else {
            return SQLITE_ERROR;
        };
        let written = beneath!(file, xWrite, gathered.as_ptr().cast(), length, (*log).start);
        (*log).gathered = gathered;
        (*log).gathered.clear();
        written
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rusqlite::{Connection, OpenFlags};

    use super::*;

    const ROWS: i64 = 5_000;

    /// Opens with ten pages of cache, so that most of a large transaction goes into the log before its end,
    /// and the log is not read back at the end of a commit.
    fn open_gathering(file: &Path) -> Connection {
        let flags = OpenFlags::default();
        let connection =
            Connection::open_with_flags_and_vfs(file, flags, register().unwrap()).unwrap();
        for (name, value) in [
            ("journal_mode", "wal"),
            ("synchronous", "full"),
            ("cache_size", "10"),
            ("wal_autocheckpoint", "0"),
        ] {
            connection.pragma_update(None, name, value).unwrap();
        }
        connection
    }

    fn add(connection: &Connection, first: i64) {
        let mut insert = connection
            .prepare_cached("insert into rows (id, text) values (?1, ?2)")
            .unwrap();
        for id in first..first + ROWS {
            insert.execute((id, format!("{id:0300}"))).unwrap();
        }
    }

    /// The number of rows and how many of them are intact, as another connection sees them.
    fn seen(file: &Path) -> (i64, i64) {
        let other = Connection::open(file).unwrap();
        let counted =
            "select count(*), count(*) filter (where text = format('%0300d', id)) from rows";
        let seen = other.query_row(counted, (), |row| Ok((row.get(0)?, row.get(1)?)));
        let sound: String = other
            .query_row("pragma integrity_check", (), |row| row.get(0))
            .unwrap();
        assert_eq!(sound, "ok");
        seen.unwrap()
    }

    #[test]
    fn others_see_what_is_committed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rows.db");
        let mut connection = open_gathering(&file);
        connection
            .execute_batch("create table rows (id integer primary key, text text not null)")
            .unwrap();

        add(&connection.transaction().unwrap(), 0);
        assert_eq!(seen(&file), (0, 0), "rolled back");

        let transaction = connection.transaction().unwrap();
        add(&transaction, 0);
        assert_eq!(seen(&file), (0, 0), "not committed");
        transaction
            .execute("delete from rows where id % 2 = 1", ())
            .unwrap();
        transaction.commit().unwrap();
        assert_eq!(seen(&file), (ROWS / 2, ROWS / 2));

        // Less than the buffer holds.
        let few = "insert into rows values (-1, format('%0300d', -1)), (-2, format('%0300d', -2))";
        connection.execute(few, ()).unwrap();
        assert_eq!(seen(&file), (ROWS / 2 + 2, ROWS / 2 + 2));

        // Another connection writes in between and copies the log into the database file.
        let other = Connection::open(&file).unwrap();
        add(&other, ROWS);
        let copied: (i64, i64, i64) = other
            .query_row("pragma wal_checkpoint(restart)", (), |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .unwrap();
        assert_eq!((copied.0, copied.1), (0, copied.2));
        let transaction = connection.transaction().unwrap();
        add(&transaction, ROWS * 2);
        transaction.commit().unwrap();
        assert_eq!(seen(&file), (ROWS * 5 / 2 + 2, ROWS * 5 / 2 + 2));

        drop((connection, other));
        assert!(!folder.path().join("rows.db-wal").exists());
        assert_eq!(seen(&file), (ROWS * 5 / 2 + 2, ROWS * 5 / 2 + 2));
    }
}
