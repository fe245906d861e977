//! A whole server for a test, and clients that talk to it as browsers and programs do.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};

use domain::api::{ApiError, AuthAnswer, Page};
use domain::{Money, Timestamp};
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Client, Method, RequestBuilder, StatusCode, redirect};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use server::Config;
use server::clock::{Clock, SystemClock};
use server::operation::games::{CreateGameArgs, SourceArg, create_game};
use server::store::Store;
use server::store::sqlite::SqliteStore;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The password of every player of these tests.
pub const PASSWORD: &str = "a long password";

/// Seconds from the start of the tests to the next noon. Every server of theirs begins at noon, so that
/// no day ends in the middle of a test and nobody trades at night, which is an achievement.
static UNTIL_NOON_S: LazyLock<i64> = LazyLock::new(|| {
    let of_day = SystemClock::start().now().seconds().rem_euclid(86_400);
    (86_400 + 43_200 - of_day).rem_euclid(86_400)
});

/// What the servers' clocks say.
pub fn now() -> Timestamp {
    SystemClock::start().now().plus_seconds(*UNTIL_NOON_S)
}

/// A running server on a port of its own, with a database of its own and a market that is the
/// same in every run.
pub struct TestApp {
    pub address: String,
    folder: TempDir,
    stop: oneshot::Sender<()>,
    served: JoinHandle<anyhow::Result<()>>,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Starts with settings of the test's own.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut config = Config {
            data_dir: folder.path().to_owned(),
            ..Config::default()
        };
        config.clock.ahead_s = *UNTIL_NOON_S;
        config.market.seed = Some(7);
        config.markets.tick_ms = 20;
        config.market.speed = 60;
        // Tests say what is on offer.
        config.markets.new_companies = false;
        config.limits.requests_per_minute = 1_000_000;
        config.limits.request_burst = 1_000_000;
        config.limits.requests_per_minute_per_address = 1_000_000;
        config.limits.anonymous_per_minute_per_address = 1_000_000;
        config.limits.logins_per_minute_per_address = 1_000_000;
        config.limits.logins_per_minute_per_identity = 1_000_000;
        change(&mut config);
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port is free");
        let address = listener
            .local_addr()
            .expect("a bound port has an address")
            .to_string();
        let (stop, stopped) = oneshot::channel();
        let shutdown = async {
            stopped.await.ok();
        };
        let (ready, is_ready) = oneshot::channel();
        let served = tokio::spawn(server::serve_and_tell(config, listener, shutdown, |_| {
            ready.send(()).ok();
        }));
        if is_ready.await.is_err() {
            panic!("the server did not start: {:?}", served.await);
        }
        Self {
            address,
            folder,
            stop,
            served,
        }
    }

    /// The data folder.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The database, beside the server.
    pub async fn store(&self) -> Arc<dyn Store> {
        let path: PathBuf = self.folder.path().join("tickerquest.db");
        let path = path.to_str().expect("temporary folders have plain names");
        Arc::new(
            SqliteStore::open(path)
                .await
                .expect("the database opens twice"),
        )
    }

    /// Changes the database behind the server's back.
    ///
    /// On a thread of its own: the server runs on the test's, and may hold the write lock meanwhile.
    pub async fn change_database(
        &self,
        sql: &'static str,
        values: impl rusqlite::Params + Send + 'static,
    ) {
        let path = self.folder.path().join("tickerquest.db");
        let change = move || {
            let database = rusqlite::Connection::open(path)?;
            database.busy_timeout(std::time::Duration::from_secs(60))?;
            database.execute(sql, values)
        };
        let changed = tokio::task::spawn_blocking(change).await;
        changed
            .expect("the change does not panic")
            .expect("the statement works");
    }

    /// Makes a game as an operator does, on a market of its own.
    pub async fn create_game(&self, slug: &str, seed: u64) {
        let store = self.store().await;
        let args = CreateGameArgs {
            from: None,
            slug: slug.parse().expect("the test's slugs are well-formed"),
            name: format!("Class {slug}"),
            market: None,
            source: SourceArg::Simulated,
            seed: Some(seed),
            speed: 60,
            cash: Money::from_whole(5_000),
            currency: None,
        };
        let made = create_game(&*store, &args, now()).await;
        made.expect("the slug is new");
        store.close().await;
    }

    /// Asks the server to stop and waits for it.
    pub async fn stop(self) {
        self.stop.send(()).expect("the server still runs");
        self.served
            .await
            .expect("the server did not panic")
            .expect("the server stopped well");
    }

    /// A program that nobody has logged in.
    pub fn anonymous(&self) -> Player {
        self.client(HeaderMap::new(), false)
    }

    /// A browser that nobody has logged in: it keeps cookies and says where requests come from.
    pub fn browser(&self) -> Player {
        let mut headers = HeaderMap::new();
        headers.insert("sec-fetch-site", HeaderValue::from_static("same-origin"));
        self.client(headers, true)
    }

    /// A program that keeps a token.
    pub fn program(&self, token: &str) -> Player {
        let mut headers = HeaderMap::new();
        let bearer = format!("Bearer {token}")
            .parse()
            .expect("a token fits a header");
        headers.insert("authorization", bearer);
        self.client(headers, false)
    }

    fn client(&self, headers: HeaderMap, cookies: bool) -> Player {
        let client = Client::builder()
            .default_headers(headers)
            .cookie_store(cookies)
            .redirect(redirect::Policy::none())
            .build();
        Player {
            client: client.expect("a client can be made"),
            base: self.url(""),
        }
    }

    /// A guest with a token, ready to trade.
    pub async fn guest(&self) -> Player {
        let answer = self
            .anonymous()
            .post("/api/v1/auth/guest", &json!({"session": "token"}))
            .await;
        let auth: AuthAnswer = answer.expect(StatusCode::CREATED);
        self.program(&auth.token.expect("a token was asked for"))
    }

    /// A registered player with a token.
    pub async fn registered(&self, handle: &str) -> Player {
        let mut body = registration(handle);
        body["session"] = json!("token");
        let answer = self.anonymous().post("/api/v1/auth/register", &body).await;
        let auth: AuthAnswer = answer.expect(StatusCode::CREATED);
        self.program(&auth.token.expect("a token was asked for"))
    }

    /// A symbol of the market.
    pub async fn symbol(&self) -> String {
        let page: Page<Value> = self
            .anonymous()
            .get("/api/v1/games/open/instruments")
            .await
            .expect(StatusCode::OK);
        page.items[0]["symbol"]
            .as_str()
            .expect("symbols are texts")
            .to_owned()
    }
}

/// What a player of this handle registers with.
pub fn registration(handle: &str) -> Value {
    json!({"email": format!("{handle}@example.org"), "handle": handle, "password": PASSWORD})
}

/// An order under a key of its own.
pub fn order(symbol: &str, side: &str, size: Value) -> Value {
    static ORDERS: AtomicU32 = AtomicU32::new(0);
    let key = format!("test-order-{}", ORDERS.fetch_add(1, Ordering::Relaxed));
    json!({"idempotency_key": key, "symbol": symbol, "side": side, "size": size})
}

/// One client.
#[derive(Clone)]
pub struct Player {
    pub client: Client,
    base: String,
}

impl Player {
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::DELETE, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(body)).await
    }

    /// Sends a form as a browser without script does.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::PATCH, path).json(body)).await
    }

    /// Sends a form as a browser without script does.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let kind = "application/x-www-form-urlencoded";
        let request = self
            .request(Method::POST, path)
            .header("content-type", kind);
        Answer::of(request.body(body)).await
    }

    /// Places an order.
    pub async fn place(&self, body: &Value) -> Answer {
        self.post("/api/v1/games/open/orders", body).await
    }
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.text().await.expect("the answer is text");
        Self {
            status,
            headers,
            body,
        }
    }

    /// The body of a success.
    #[track_caller]
    pub fn expect<T: DeserializeOwned>(&self, status: StatusCode) -> T {
        assert_eq!(self.status, status, "{}", self.body);
        serde_json::from_str(&self.body).expect("the body is what it should be")
    }

    /// The error with this code.
    #[track_caller]
    pub fn error(&self, code: &str) -> ApiError {
        let error: ApiError = serde_json::from_str(&self.body)
            .unwrap_or_else(|_| panic!("{} is no error: {}", self.status, self.body));
        assert_eq!(error.code.as_str(), code, "{}", self.body);
        assert_eq!(self.status.as_u16(), error.code.status());
        error
    }

    /// The only field that is wrong.
    #[track_caller]
    pub fn wrong_field(&self) -> String {
        let error = self.error("invalid_fields");
        assert_eq!(error.fields.len(), 1, "{}", self.body);
        error.fields[0].field.clone()
    }

    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let value = self
            .headers
            .get(name)
            .unwrap_or_else(|| panic!("there is no {name}"));
        value.to_str().expect("headers are text")
    }
}
