//! The suite tried from outside, scene by scene. Everything here uses the programs as users and scripts do.

#[path = "e2e/attaching.rs"]
mod attaching;
#[path = "e2e/backup.rs"]
mod backup;
#[path = "e2e/bots.rs"]
mod bots;
#[path = "e2e/browser"]
mod browser {
    mod accounts;
    mod addresses;
    mod background;
    mod bots;
    mod contrast;
    mod conversation;
    mod conversations;
    mod crossing;
    mod details;
    mod files;
    mod first_visit;
    mod flood;
    mod hooks;
    mod hostile;
    mod hostile_scripts;
    mod invites;
    mod keyboard;
    mod messages;
    mod moderation;
    mod new_version;
    mod offline;
    mod paging;
    mod phone;
    mod print;
    mod reading_position;
    mod retention;
    mod rooms;
    mod search;
    mod settings;
    mod sign_in;
    mod tabs;
    mod threads;
    mod webhooks;
    mod widths;
    mod writing;
}
#[path = "e2e/changing.rs"]
mod changing;
#[path = "e2e/clipboard.rs"]
mod clipboard;
#[path = "e2e/crash.rs"]
mod crash;
#[path = "e2e/deleted.rs"]
mod deleted;
#[path = "e2e/demo.rs"]
mod demo;
#[path = "e2e/exporting.rs"]
mod exporting;
#[path = "e2e/hooks.rs"]
mod hooks;
#[path = "e2e/hostile.rs"]
mod hostile;
#[path = "e2e/hostile_output.rs"]
mod hostile_output;
#[path = "e2e/jobs.rs"]
mod jobs;
#[path = "e2e/leaving.rs"]
mod leaving;
#[path = "e2e/moderating.rs"]
mod moderating;
#[path = "e2e/notifying.rs"]
mod notifying;
#[path = "e2e/operator.rs"]
mod operator;
#[path = "e2e/outputs.rs"]
mod outputs;
#[path = "e2e/page.rs"]
mod page;
#[path = "e2e/picturing.rs"]
mod picturing;
#[path = "e2e/screens.rs"]
mod screens;
#[path = "e2e/search.rs"]
mod search;
#[path = "e2e/searching.rs"]
mod searching;
#[path = "e2e/send.rs"]
mod send;
#[path = "e2e/send_failing.rs"]
mod send_failing;
#[path = "e2e/starting.rs"]
mod starting;
#[path = "e2e/stopping.rs"]
mod stopping;
#[path = "e2e/storage.rs"]
mod storage;
#[path = "e2e/storage_files.rs"]
mod storage_files;
#[path = "e2e/tail.rs"]
mod tail;
#[path = "e2e/talk.rs"]
mod talk;
#[path = "e2e/threads.rs"]
mod threads;
#[path = "e2e/unsent.rs"]
mod unsent;
#[path = "e2e/waiting.rs"]
mod waiting;
#[path = "e2e/webhooks.rs"]
mod webhooks;
#[path = "e2e/webhooks_encrypted.rs"]
mod webhooks_encrypted;
