package dev.keywright.expert.evidence;

import dev.keywright.expert.evidence.Fill.Part;
import dev.keywright.expert.evidence.Fill.Turn;
import dev.keywright.expert.evidence.Fill.Varies;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One word of a command, with its placeholders. */
record Text(String written, List<Part> parts, Varies varies) {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([A-Za-z_]+)}");

    static Text parse(String written, Fill fill) {
        List<Part> parts = new ArrayList<>();
        Matcher matcher = PLACEHOLDER.matcher(written);
        int end = 0;
        while (matcher.find()) {
            if (matcher.start() > end) {
                parts.add(Part.fixed(written.substring(end, matcher.start())));
            }
            parts.add(fill.placeholder(matcher.group(1)));
            end = matcher.end();
        }
        if (end < written.length()) {
            parts.add(Part.fixed(written.substring(end)));
        }
        Varies varies =
                parts.stream().map(Part::varies).max(Comparator.naturalOrder()).orElse(Varies.NEVER);
        return new Text(written, List.copyOf(parts), varies);
    }

    String render(Turn turn) {
        if (parts.size() == 1) {
            return parts.get(0).text().apply(turn);
        }
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            text.append(part.text().apply(turn));
        }
        return text.toString();
    }
}
