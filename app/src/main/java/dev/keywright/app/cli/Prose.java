package dev.keywright.app.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Running text with light Markdown marks: marked, wrapped by what is seen, then painted. */
final class Prose {

    // Marks are single characters of the private use area, so that they are easy to skip when counting columns.
    private static final char BOLD = '\ue000';
    private static final char CODE = '\ue001';
    private static final char END = '\ue002';
    private static final char SPACE = '\ue003';
    private static final int UNBROKEN = 48;

    private static final Pattern INLINE = Pattern.compile(
            "`([^`]+)`|\\*\\*(\\S(?:.*?\\S)?)\\*\\*|(?<![\\w*])\\*(\\S(?:[^*]*?\\S)?)\\*(?![\\w*])|\\[([^\\]]+)\\]\\((\\S+?)\\)");

    private Prose() {}

    /** Takes out what could steer a terminal, and our own marks. */
    static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.chars().forEach(c -> {
            boolean steers = Character.isISOControl(c) && c != '\n' && c != '\t' || c >= BOLD && c <= SPACE;
            clean.append(steers || c == '\t' ? ' ' : (char) c);
        });
        return clean.toString();
    }

    /** Turns `code`, **bold**, *stress* and links into marks. */
    static String marked(String text) {
        Matcher matcher = INLINE.matcher(text);
        StringBuilder marked = new StringBuilder();
        while (matcher.find()) {
            matcher.appendReplacement(marked, "");
            if (matcher.group(1) != null) {
                String code = matcher.group(1);
                marked.append(CODE)
                        .append(code.length() <= UNBROKEN ? code.replace(' ', SPACE) : code)
                        .append(END);
            } else if (matcher.group(2) != null) {
                marked.append(BOLD)
                        .append(marked(matcher.group(2)).replace(String.valueOf(END), "" + END + BOLD))
                        .append(END);
            } else if (matcher.group(3) != null) {
                marked.append(marked(matcher.group(3)));
            } else {
                marked.append(matcher.group(4))
                        .append(" (")
                        .append(matcher.group(5))
                        .append(')');
            }
        }
        return matcher.appendTail(marked).toString();
    }

    /** Lines of at most so many columns, broken at spaces; a longer word stays whole. */
    static List<String> wrapped(String marked, int width) {
        List<String> lines = new ArrayList<>();
        for (String paragraph : marked.split("\n", -1)) {
            StringBuilder line = new StringBuilder();
            int columns = 0;
            for (String word : paragraph.strip().split(" +")) {
                int wide = columns(word);
                if (columns > 0 && columns + 1 + wide > width) {
                    lines.add(line.toString());
                    line.setLength(0);
                    columns = 0;
                }
                if (columns > 0) {
                    line.append(' ');
                    columns++;
                }
                line.append(word);
                columns += wide;
            }
            lines.add(line.toString());
        }
        return lines;
    }

    static int columns(String marked) {
        return (int) marked.codePoints().filter(c -> c < BOLD || c > END).count();
    }

    static String painted(String marked, Style style) {
        StringBuilder painted = new StringBuilder();
        StringBuilder run = new StringBuilder();
        char mode = END;
        for (int i = 0; i <= marked.length(); i++) {
            char c = i < marked.length() ? marked.charAt(i) : END;
            if (c >= BOLD && c <= END) {
                painted.append(
                        mode == BOLD ? style.bold(run.toString()) : mode == CODE ? style.code(run.toString()) : run);
                run.setLength(0);
                mode = c;
            } else {
                run.append(c == SPACE ? ' ' : c);
            }
        }
        return painted.toString();
    }
}
