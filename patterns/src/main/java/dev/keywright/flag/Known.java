package dev.keywright.flag;

import java.util.HashMap;
import java.util.Map;

/** What a process knows at one moment. Immutable. */
final class Known {

    static final Known NOTHING = new Known(Map.of(), Map.of(), 0, false);

    final Map<String, Rules> rules;
    final Map<String, Members> groups;
    final int unreadable;
    /** Whether anything was ever stored; what vanishes afterwards was lost, not removed. */
    final boolean stored;

    private Known(Map<String, Flag> flags, Map<String, Members> groups, int unreadable, boolean stored) {
        Map<String, Rules> rules = new HashMap<>();
        flags.forEach((id, flag) -> rules.put(id, new Rules(flag, groups)));
        this.rules = rules;
        this.groups = groups;
        this.unreadable = unreadable;
        this.stored = stored;
    }

    private Map<String, Flag> flags() {
        Map<String, Flag> flags = new HashMap<>();
        rules.forEach((id, each) -> flags.put(id, each.flag));
        return flags;
    }

    /** With these flags and no others; one that cannot be read stays what it was. */
    Known withFlags(Map<String, String> stored) {
        Map<String, Flag> flags = new HashMap<>();
        int strange = 0;
        for (Map.Entry<String, String> each : stored.entrySet()) {
            String id = each.getKey();
            try {
                flags.put(id, Flag.read(id, each.getValue()));
            } catch (RuntimeException unreadable) {
                strange++;
                Rules before = rules.get(id);
                if (before != null) {
                    flags.put(id, before.flag);
                }
            }
        }
        return new Known(flags, groups, strange, true);
    }

    /** With these pages in place of those there. */
    Known withPages(Map<FlagKeys.Place, Page> read) {
        Map<String, Map<Long, Page>> byGroup = new HashMap<>();
        read.forEach((place, page) ->
                byGroup.computeIfAbsent(place.group(), none -> new HashMap<>()).put(place.page(), page));
        Map<String, Members> all = new HashMap<>(groups);
        byGroup.forEach((group, pages) ->
                all.put(group, all.getOrDefault(group, Members.NONE).with(pages)));
        return new Known(flags(), all, unreadable, stored);
    }

    Known withoutPages() {
        return new Known(flags(), Map.of(), unreadable, stored);
    }

    Members members(String group) {
        return groups.getOrDefault(group, Members.NONE);
    }
}
