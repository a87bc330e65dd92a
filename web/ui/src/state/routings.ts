// The routings of a document as far as the asker may see them.
import { failureOf } from "../api/failure.ts";
import { findPeople, getRouting, listRoutings, type Routing } from "../api/workflow.ts";
import { nameOfPerson } from "./people.ts";
import { tasks } from "./tasks.ts";

// Whoever may read the document by a task alone sees the routings of his tasks.
export async function routingsOf(document: string): Promise<Routing[]> {
  try {
    return (await listRoutings(document)).items;
  } catch (error) {
    const { status } = failureOf(error);
    if (status !== 404 && status !== 403) throw error;
    const own = (tasks.peek() ?? []).filter((task) => task.document_id === document);
    const ids = [...new Set(own.map((task) => task.routing_id))];
    return Promise.all(ids.map(getRouting));
  }
}

// The directory by name holds only who is here; by id also who left.
export async function hasLeft(person: string): Promise<boolean> {
  const name = nameOfPerson(person);
  if (name === "" || name === "…") return false;
  const { items } = await findPeople(name, 50);
  return !items.some((each) => each.id === person);
}
