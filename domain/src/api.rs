//! Wire types of the HTTP API and the live connection, shared by the page, the desktop app and
//! programs.
//!
//! Amounts are decimal strings, times RFC 3339 in UTC, ids decimal strings.

mod advice;
mod alert;
mod auth;
mod dashboard;
mod duel;
mod error;
mod hosting;
mod journal;
mod leaderboard;
mod live;
mod market;
mod notification;
mod offering;
mod offline;
mod operator;
mod page;
mod plan;
mod practice;
mod progress;
mod proof;
mod puzzle;
mod scenario;
mod security;
mod social;
mod strategy;
mod title;
mod trading;
mod watch_list;
mod xp_history;

pub use advice::{
    AdviceState, BasketOrder, BasketRequest, BasketView, LossView, LossesView, LuckView,
    PlaceRebalancing, PreviewedOrder, RebalancingRequest, RebalancingView, TargetsView,
    WhatIfTrade, WhatIfView, XRayView,
};
pub use alert::{AlertSide, AlertView, NewAlert};
pub use auth::{
    AuthAnswer, BonusAnswer, LanguageRequest, LoginRequest, PlayerView, RecoverRequest,
    RecoveryWords, RegisterRequest, SessionKind, SessionView, UpgradeRequest,
};
pub use dashboard::{
    AnnualView, BestReason, ChangeView, CurvePoint, CurveRange, DashboardView, FallView, HeldView,
    LatestUnlock, MoverView, PerformanceView, TitleShare, TradeDot, WeekView,
};
pub use duel::{
    DuelAction, DuelCreated, DuelOutcome, DuelPlayed, DuelRequest, DuelResultView, DuelRole,
    DuelRow, DuelSideView, DuelStep, DuelView, DuelsView,
};
pub use error::{ApiError, ErrorCode, FieldError};
pub use hosting::{
    AssignmentView, BoardRow, BoardView, CodeView, CreateGameRequest, FinalRow, FinalsView,
    GameMarket, HostRequest, HostSettings, HostView, HostedState, JoinAnswer, JoinRequest,
    MemberStatus, NoticeKind, NoticeView, PupilView, ReasonView, RevealedCompany, RevealedHistory,
    RulesView, TicketSlip, Visibility,
};
pub use journal::{
    Grade, GradeAnswer, GradeRequest, JournalEntryView, JournalView, NoteRequest, NoteView,
    SinceView,
};
pub use leaderboard::{
    ClosedPeriodView, FinalView, LeaderboardView, LeagueView, OwnStandingView, StandingView,
};
pub use live::{LiveMessage, OrderNews};
pub use market::{
    ActionView, AverageClose, CandleView, ChartMark, ChartMarkKind, ComingReport, EarningsView,
    IndexView, InstrumentDetail, InstrumentRow, KeyFigures, LeavingView, LiveView, MarketNews,
    MarketOverview, RateView, ReportView, SectorView,
};
pub use notification::{
    ChannelChoice, Channels, NotificationKind, NotificationSettings, NotificationView,
    NotificationsView, ReadRequest,
};
pub use offering::{
    FailureReason, InvestmentRequest, InvestmentState, InvestmentView, NewOffering, NewcomerView,
    OfferingDetail, OfferingView, ReversalRequest, SpendableView,
};
pub use offline::{
    OfflineBoardRow, OfflineBoardView, OfflinePlayView, OfflineResult, OfflineRunView,
    OfflineStartView, OfflineStarted, OfflineState, StartImport,
};
pub use operator::{
    DeadJobView, JobCountView, LoggedActionView, OfferingQueueView, OpenReportView,
    OperatedGameView, OperatorAction, OperatorRequest, OperatorView,
};
pub use page::{CursorPage, Page, PageMeta};
pub use plan::{
    ComparisonView, NewPlan, NewSubscription, PlanView, SubscriptionAction, SubscriptionState,
    SubscriptionView,
};
pub use practice::{
    PracticeCompany, PracticeCreated, PracticeLine, PracticeMarket, PracticeOutcome,
    PracticeRequest, PracticeRow, PracticeView,
};
pub use progress::{
    AchievementView, AchievementsView, ProgressView, QuestView, StreakView, TimeZoneRequest,
    UnlockedView,
};
pub use proof::{CheckView, CheckpointView, EntryWords, LogKeyView, LogProof, ReceiptView};
pub use puzzle::{
    DailyPuzzleView, PastPuzzleView, PuzzleEnd, PuzzleMove, PuzzlePlace, PuzzleTurn, PuzzleView,
};
pub use scenario::{
    GhostKind, GhostOption, GhostView, ImportRequest, ImportedView, RunEnd, RunRequest, RunStarted,
    RunView, ScenarioRow, ScenarioView, ScenariosView, StartRequest,
};
pub use security::{
    CodeRequest, EmailRequest, ForgottenRequest, LinkRequest, LoginView, PasswordRequest,
    ProofRequest, RecoveryCodes, ResetRequest, SecondFactorSetup, SecurityView,
};
pub use social::{
    BlockRequest, FollowRequest, FriendView, FriendsView, InvitationView, PrivacyView,
    ProfileDetails, ProfileView, ProfileVisibility, ReportKind, ReportRequest, StampView, TieView,
};
pub use strategy::{
    CopyPreview, CopyRequest, RiskProfile, StrategiesView, StrategyContent, StrategyOrder,
    StrategyReport, StrategyRequest, StrategyRow, StrategyVersionRow, StrategyView,
    StrategyVisibility, TargetChange,
};
pub use title::{
    ApiKeyView, KeyScope, MadeApiKey, NewApiKey, TitleAchievement, TitleAchievements, TitleAnswer,
    TitleBestView, TitleBoardView, TitleEvent, TitleEvents, TitleOutcome, TitleScore, TitleSession,
    TitleStampView, TitleView,
};
pub use trading::{
    GameLink, GameRow, GameView, HoldingView, LedgerEntryView, LotRow, LotSale, LotsView,
    OrderRequest, OrderStatus, OrderView, PositionView, QuestDone, SummaryView, TaxYearView,
    TaxesView, TicketView, UnlockView, WouldUnlock,
};
pub use watch_list::{NewWatchList, WatchListPatch, WatchListView};
pub use xp_history::{XpCause, XpDayView, XpEventView, XpHistoryView};
