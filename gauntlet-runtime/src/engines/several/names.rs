//! The names of several histories: what their folders do not have in common.

use std::path::Path;

/// A short name for each of these folders: `core/migrations` and `jobs/migrations` are `core` and `jobs`. A source that is no
/// folder is named by its place.
pub(super) fn of_folders(folders: &[Option<&Path>]) -> Vec<String> {
    let parts: Vec<Vec<String>> = folders.iter().map(|folder| components(*folder)).collect();
    let least = parts.iter().map(Vec::len).min().unwrap_or_default();
    let same = |part: &dyn Fn(&[String]) -> String| {
        parts.windows(2).all(|pair| part(&pair[0]) == part(&pair[1]))
    };
    let front = (0..least).take_while(|at| same(&|one| one[*at].clone())).count();
    let back = (0..least).take_while(|at| same(&|one| one[one.len() - 1 - at].clone())).count();
    let short: Vec<String> = parts
        .iter()
        .map(|part| {
            part.get(front..part.len() - back.min(part.len())).unwrap_or_default().join("/")
        })
        .collect();
    let distinct = |names: &[String]| {
        names.iter().enumerate().all(|(at, name)| !name.is_empty() && !names[..at].contains(name))
    };
    if distinct(&short) {
        return short;
    }
    let whole: Vec<String> = parts.iter().map(|part| part.join("/")).collect();
    if distinct(&whole) {
        return whole;
    }
    (1..=folders.len()).map(|place| place.to_string()).collect()
}

fn components(folder: Option<&Path>) -> Vec<String> {
    let parts = folder.into_iter().flat_map(Path::components);
    parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).filter(|p| p != ".").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(folders: &[&str], names: &[&str]) {
        let folders: Vec<Option<&Path>> = folders
            .iter()
            .map(|f| Some(Path::new(*f)).filter(|f| !f.as_os_str().is_empty()))
            .collect();
        assert_eq!(of_folders(&folders), names);
    }

    #[test]
    fn what_differs_is_the_name() {
        check(&["core/migrations", "jobs/migrations"], &["core", "jobs"]);
        check(&["./migrations/core", "migrations/jobs"], &["core", "jobs"]);
        check(&["../a/db/one", "../b/db/one"], &["a", "b"]);
        check(&["migrations", "jobs/migrations"], &["migrations", "jobs/migrations"]);
        check(&["migrations", "migrations"], &["1", "2"]);
        check(&["", "migrations"], &["1", "2"]);
    }
}
