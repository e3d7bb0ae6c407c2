package dev.keywright.follow;

import dev.keywright.page.Ids;

/** One user follows another. */
record Relation(String follower, String followed) {

    Relation {
        byte[] unused = Ids.bytes("user", follower);
        unused = Ids.bytes("user", followed);
        if (follower.equals(followed)) {
            throw new IllegalArgumentException("A user cannot follow themselves; give two");
        }
    }

    /** Two relations never give the same text. */
    String text() {
        return follower.length() + ":" + follower + followed;
    }

    static Relation of(String text) {
        int colon = text.indexOf(':');
        int end = colon + 1 + Integer.parseInt(text.substring(0, colon));
        return new Relation(text.substring(colon + 1, end), text.substring(end));
    }
}
