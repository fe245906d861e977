//! The jobs of a server, as stories run them.

use std::path::Path;
use std::sync::Arc;

use server::config::JobsConfig;
use server::engine::Engine;
use server::jobs::{Parts, Queue, Worker, WorkerTask, registry};
use server::market::FindMarket;
use server::store::Store;

use crate::fixture::ManualClock;

/// Starts the jobs of a server; those of archived months have `folder`.
pub fn start(
    store: &Arc<dyn Store>,
    engine: Option<&Engine>,
    markets: Arc<dyn FindMarket>,
    clock: &Arc<ManualClock>,
    (config, folder): (&JobsConfig, &Path),
) -> WorkerTask {
    let kinds = registry(&Parts {
        store: Arc::clone(store),
        archive_dir: folder.to_owned(),
        config: config.clone(),
        engine: engine.cloned(),
        markets,
        boards: None,
    });
    let queue = Queue::new(Arc::clone(store) as _, Arc::clone(clock) as _);
    Worker::start(queue, kinds, config)
}
