//! People's merges and answers to questions.

use crate::{operation::Says, perform::pick, ports::Links, world::World};
use nerve_engine::{Merger, Questions};
use nerve_model::{Actor, Candidate, MergeId, QuestionId, RecordId};
use nerve_testkit::SeededEntropy;
use std::rc::Rc;

impl World {
    pub(crate) fn merge(self: &Rc<Self>, part: u8, record: u8) {
        let Some((part, record)) = self.any_record(part).zip(self.any_record(record)) else { return };
        let links = Links(Rc::clone(self));
        // A refusal is a valid answer.
        self.begin(async move { drop(merger(&links).merge(part, record).await) }, None);
    }

    pub(crate) fn unmerge(self: &Rc<Self>, merge: u8) {
        let standing = self.db.look("SELECT id FROM merges WHERE undone_at IS NULL ORDER BY id");
        let Some(n) = pick(&standing, merge) else { return };
        let merge: MergeId = standing[n].parse("id").unwrap();
        let links = Links(Rc::clone(self));
        self.begin(async move { drop(merger(&links).undo(merge).await) }, None);
    }

    pub(crate) fn identify(self: &Rc<Self>, question: u8, says: Says) {
        let status = if says == Says::Undo { "answered" } else { "open" };
        let sql = format!("SELECT id, candidates FROM questions ORDER BY status <> '{status}', id");
        let questions = self.db.look(&sql);
        let fitting = self.db.look(&format!("SELECT id FROM questions WHERE status = '{status}'")).len();
        // Sometimes a person is too late.
        let among = if fitting == 0 || question.is_multiple_of(8) { questions.len() } else { fitting };
        let Some(n) = pick(&questions[..among], question) else { return };
        let id: QuestionId = questions[n].parse("id").unwrap();
        let candidates: Vec<Candidate> = questions[n].json("candidates").unwrap();
        let record = match says {
            Says::Candidate(n) => pick(&candidates, n).map(|n| candidates[n].record.id),
            Says::Record(n) => self.any_record(n),
            Says::New | Says::Undo => None,
        };
        let links = Links(Rc::clone(self));
        let work = async move {
            let review = answering(&links);
            drop(if says == Says::Undo { review.undo(id).await } else { review.answer(id, record).await });
        };
        self.begin(work, None);
    }

    fn any_record(&self, n: u8) -> Option<RecordId> {
        let records = self.db.look("SELECT id FROM records ORDER BY id");
        pick(&records, n).map(|n| records[n].parse("id").unwrap())
    }
}

fn merger(links: &Links) -> Merger<'_, Links, Links, SeededEntropy> {
    let world = &links.0;
    let actor = Actor::Person("Ada".to_owned());
    Merger { db: links, situations: links, entropy: &world.entropy, now: world.now.get(), actor }
}

fn answering(links: &Links) -> Questions<'_, Links, Links, SeededEntropy> {
    let world = &links.0;
    let actor = Actor::Person("Ada".to_owned());
    Questions { db: links, situations: links, entropy: &world.entropy, now: world.now.get(), actor }
}
