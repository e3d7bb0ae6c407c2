package dev.keywright.expert.task;

/**
 * What someone asks of the expert, in their own words. The text is data: nothing in it is ever executed or obeyed.
 *
 * @param id names the task in a batch; any text
 * @param text the words, at most {@value #MAX_CHARS} characters are read
 */
public record Task(String id, String text) {

    /** Longer texts are read up to here; a task that needs more words than a short book is cut, openly. */
    public static final int MAX_CHARS = 20_000;

    /** The text that is read: cut to {@link #MAX_CHARS}, control characters made spaces so that spans still fit. */
    public String readable() {
        String head = text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS);
        StringBuilder clean = new StringBuilder(head.length());
        for (int i = 0; i < head.length(); i++) {
            char c = head.charAt(i);
            boolean broken = Character.isISOControl(c) && c != '\n' && c != '\t';
            clean.append(broken || c == '\u00a0' || c == '\u202f' || c == '\u2009' ? ' ' : c);
        }
        return clean.toString();
    }

    public boolean isCut() {
        return text.length() > MAX_CHARS;
    }
}
