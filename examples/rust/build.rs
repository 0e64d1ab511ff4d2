// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 the libautoencoder authors
//! Finds libautoencoder: in the folder AUTOENCODER_LIB_DIR where that is set, else by pkg-config.
//! With AUTOENCODER_STATIC=1 pkg-config is asked for the static library and what it needs.

use std::env;
use std::process::{exit, Command};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    for name in ["AUTOENCODER_LIB_DIR", "AUTOENCODER_STATIC", "PKG_CONFIG_PATH", "PKG_CONFIG"] {
        println!("cargo:rerun-if-env-changed={}", name);
    }
    if let Ok(folder) = env::var("AUTOENCODER_LIB_DIR") {
        println!("cargo:rustc-link-search=native={}", folder);
        println!("cargo:rustc-link-lib=dylib=autoencoder");
        return;
    }
    let with_static = env::var("AUTOENCODER_STATIC").map_or(false, |value| value == "1");
    let version = concat!("autoencoder >= ", env!("CARGO_PKG_VERSION_MAJOR"), ".", env!("CARGO_PKG_VERSION_MINOR"));
    let mut flags = pkg_config(&["--libs", version]);
    if with_static {
        // rustc looks for a static library in no folder that it is not told of, not even the system's.
        flags = pkg_config(&["--libs", "--static", version]);
        flags += &format!(" -L{}", pkg_config(&["--variable=libdir", "autoencoder"]));
    }
    for flag in flags.split_whitespace() {
        if flag == "-lautoencoder" && with_static {
            println!("cargo:rustc-link-lib=static=autoencoder");
        } else if let Some(library) = flag.strip_prefix("-l") {
            println!("cargo:rustc-link-lib=dylib={}", library);
        } else if let Some(folder) = flag.strip_prefix("-L") {
            println!("cargo:rustc-link-search=native={}", folder);
        }
    }
}

/// What pkg-config prints. Where it cannot find the library, its message is the reason that the build ends with.
fn pkg_config(arguments: &[&str]) -> String {
    let program = env::var("PKG_CONFIG").unwrap_or_else(|_| "pkg-config".into());
    let problem = match Command::new(&program).args(arguments).output() {
        Ok(output) if output.status.success() => return String::from_utf8_lossy(&output.stdout).trim().to_string(),
        Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_string(),
        Err(error) => format!("{program}: {error}"),
    };
    eprintln!("{problem}\nAUTOENCODER_LIB_DIR can name the folder of libautoencoder instead");
    exit(1)
}
