/**
 * The notes of each person, kept in memory: what this app was about before anyone asked for OAuth.
 *
 * @module
 */

/** The longest note that is kept, in characters. */
export const MAX_NOTE_CHARACTERS = 2000;

/** Oldest notes leave first, so that nobody can fill the memory of the demo. */
const MAX_NOTES_PER_PERSON = 200;

/** Everyone's notes, by the person's subject identifier. */
export class Notes {
  readonly #bySubject = new Map<string, string[]>([
    ['alice', ['Buy milk', 'Call Bob about Thursday']],
    ['bob', ['Alice wants to talk about Thursday']],
  ]);

  /** The notes of one person, oldest first. */
  of(subject: string): readonly string[] {
    return this.#bySubject.get(subject) ?? [];
  }

  /** Adds a note and answers how many the person has now. */
  add(subject: string, text: string): number {
    const notes = [...this.of(subject), text].slice(-MAX_NOTES_PER_PERSON);
    this.#bySubject.set(subject, notes);
    return notes.length;
  }
}
