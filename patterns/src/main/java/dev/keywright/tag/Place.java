package dev.keywright.tag;

/** Where a query goes on: in which part, through which of its sets, from where. */
record Place(int part, int driver, String cursor) {

    static final Place FIRST = new Place(0, 0, "0");

    String text(TagQuery query) {
        return query.digest() + "." + part + "." + driver + "." + cursor;
    }

    static Place of(TagQuery query, String text, int parts) {
        String[] words = text.split("\\.", -1);
        if (words.length != 4
                || !words[1].matches("\\d{1,3}")
                || !words[2].matches("\\d{1,3}")
                || !words[3].matches("\\d{1,20}")
                || Integer.parseInt(words[1]) >= parts
                || Integer.parseInt(words[2]) > query.all().size() + query.any().size()) {
            throw new IllegalArgumentException(
                    "The cursor is none of a page before; give the one that came with the last page");
        }
        if (!words[0].equals(query.digest())) {
            throw new IllegalArgumentException("The cursor is of another query; give it to the query it came from");
        }
        return new Place(Integer.parseInt(words[1]), Integer.parseInt(words[2]), words[3]);
    }
}
