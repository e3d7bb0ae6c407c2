package dev.keywright.geo;

import dev.keywright.connection.Reply;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How members are written, and how answers are read. */
record GeoAnswers(Charset charset) {

    byte[] written(String member) {
        if (member.isEmpty()) {
            throw new IllegalArgumentException("The member is empty; give one of 1 letter or more");
        }
        try {
            ByteBuffer written = charset.newEncoder().encode(CharBuffer.wrap(member));
            byte[] bytes = new byte[written.remaining()];
            written.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "The member has a letter that " + charset
                            + " cannot write; give text without half surrogate pairs, or another charset",
                    e);
        }
    }

    List<Found> found(List<Reply> items) {
        List<Found> found = new ArrayList<>(items.size());
        for (Reply item : items) {
            List<Reply> parts = item.items();
            found.add(new Found(
                    new String(parts.get(0).bytes(), charset),
                    new Distance(decimal(parts.get(1))),
                    position(parts.get(2))));
        }
        return List.copyOf(found);
    }

    Map<String, Position> positions(List<String> members, Reply reply) {
        Map<String, Position> positions = new LinkedHashMap<>();
        List<Reply> items = reply.items();
        for (int i = 0; i < items.size(); i++) {
            Reply item = items.get(i);
            if (!item.isNothing() && !item.items().isEmpty()) {
                positions.put(members.get(i), position(item));
            }
        }
        return positions;
    }

    /** Redis rounds; a point on the edge may be a little beyond it. */
    private static Position position(Reply reply) {
        double longitude = decimal(reply.items().get(0));
        double latitude = decimal(reply.items().get(1));
        return new Position(Math.max(-180, Math.min(180, longitude)), Position.within(latitude));
    }

    private static double decimal(Reply reply) {
        return reply instanceof Reply.Decimal decimal ? decimal.value() : Double.parseDouble(reply.text());
    }
}
