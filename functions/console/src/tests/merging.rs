//! The pages that merge records and undo merges.

use crate::testing::World;
use nerve_ledger::records::{self, NewRecord, Origin};
use nerve_model::{Actor, RecordId, RecordRef};
use nerve_ports::Database;
use nerve_testkit::{
    block_on,
    events::{NOW, ada, record_id},
};

pub(super) fn another(world: &World, name: &str) -> RecordId {
    let other = RecordRef { id: record_id(77), name: name.to_owned(), ..ada() };
    let origin = Origin::of(Actor::system("test"), NOW);
    block_on(world.db.batch(records::create(&NewRecord::named(other.clone()), &origin, 1))).unwrap();
    other.id
}

#[test]
fn records_are_merged_and_taken_apart_on_pages() {
    let world = World::new();
    let (other, ada) = (another(&world, "Ada L."), ada().id);
    assert!(world.page(&format!("/records/{other}")).1.contains(&format!("/records/{other}/merge")));
    let path = format!("/records/{other}/merge");
    let found = world.page(&format!("{path}?q=Lovelace")).1;
    assert!(found.contains(&format!("{path}?into={ada}")) && !found.contains(&format!("?into={other}")));
    let (status, page) = world.page(&format!("{path}?into={ada}"));
    assert!(status == 200 && page.contains("Becomes part") && page.contains("Stays"), "{page}");
    let merged = world.submit(&path, &format!("into={ada}"));
    let whole = format!("/records/{ada}");
    assert_eq!((merged.status, merged.header("location")), (303, Some(whole.as_str())));
    assert_eq!(world.submit(&path, &format!("into={ada}")).status, 409);
    assert_eq!(world.page(&format!("/records/{other}")).0, 303, "a part leads to the whole");
    let page = world.page(&whole).1;
    let (_, rest) = page.split_once("href=\"/merges/").unwrap();
    let merge = format!("/merges/{}", rest.split_once('"').unwrap().0);
    assert!(world.page(&merge).1.contains("newer than the merge"));
    let apart = world.submit(&format!("{merge}/undo"), "");
    assert_eq!(apart.header("location"), Some(format!("/records/{other}").as_str()));
    assert_eq!(world.submit(&format!("{merge}/undo"), "").status, 409);
    assert!(world.page(&merge).1.contains("is a separate record again"));
    assert_eq!(world.page(&format!("/records/{other}")).0, 200);
}

#[test]
fn what_makes_no_sense_says_so_on_the_page() {
    let world = World::new();
    let path = format!("/records/{}/merge", ada().id);
    assert_eq!(world.page(&format!("{path}?into={}", ada().id)).0, 422);
    assert_eq!(world.submit(&path, "into=nobody").status, 400);
    assert_eq!(world.page(&format!("/records/{}/merge", record_id(99))).0, 404);
    let other = another(&world, "<script>alert(1)</script>");
    for target in [path.clone(), format!("{path}?into={other}"), format!("/records/{other}/merge")] {
        assert!(!world.page(&target).1.contains("<script>alert"), "{target}");
    }
}
