package dev.keywright.expert.workload;

import dev.keywright.expert.task.Word;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * At which times something recurs.
 *
 * @param cron minute, hour, day of month, month and day of week
 * @param zone the time zone these are told in
 */
public record Recurrence(String cron, String zone) {

    /** What is taken where no times are said: at three in the morning. */
    private static final Recurrence NIGHTLY = new Recurrence("0 3 * * *", "UTC");

    private static final Pattern INTERVAL = Pattern.compile("\\b(?:every|each) (\\d{1,2}) (minute|min|hour)s?\\b");
    private static final Pattern EACH =
            Pattern.compile("\\b(?:every|each|once an?|per) (minute|hour)\\b|\\b(hourly)\\b");
    private static final Pattern CLOCK =
            Pattern.compile("\\b(?:at|around) (\\d{1,2})(?:[ :.h](\\d{2}))?(?: oclock)? ?(am|pm|a m|p m)?\\b");
    private static final Pattern DAY = Pattern.compile(
            "\\b(monday|tuesday|wednesday|thursday|friday|saturday|sunday|weekday|workday|working day|weekend|first of"
                    + " (?:the|each|every) month|month|monthly)s?\\b");
    private static final Pattern ZONE =
            Pattern.compile("\\b(berlin|london|paris|madrid|rome|vienna|zurich|amsterdam|new york|chicago|los"
                    + " angeles|tokyo|singapore|sydney) (?:local )?time\\b");

    private static final Map<String, String> ZONES = Map.of(
            "new york", "America/New_York",
            "chicago", "America/Chicago",
            "los angeles", "America/Los_Angeles",
            "tokyo", "Asia/Tokyo",
            "singapore", "Asia/Singapore",
            "sydney", "Australia/Sydney");

    /** What the words say, else each night. */
    public static Recurrence in(List<Word> words) {
        String text = words.stream().map(Word::lower).collect(Collectors.joining(" "));
        Matcher interval = INTERVAL.matcher(text);
        Matcher each = EACH.matcher(text);
        String zone = zone(text);
        if (interval.find()) {
            boolean minutes = interval.group(2).startsWith("min");
            int step = Math.max(1, Math.min(minutes ? 59 : 23, Integer.parseInt(interval.group(1))));
            return new Recurrence(minutes ? "*/" + step + " * * * *" : "0 */" + step + " * * *", zone);
        }
        if (each.find()) {
            return new Recurrence("minute".equals(each.group(1)) ? "* * * * *" : "0 * * * *", zone);
        }
        return new Recurrence(clock(text) + day(text), zone);
    }

    private static String clock(String text) {
        Matcher clock = CLOCK.matcher(text);
        while (clock.find()) {
            int hour = Integer.parseInt(clock.group(1));
            int minute = clock.group(2) == null ? 0 : Integer.parseInt(clock.group(2));
            boolean afternoon = clock.group(3) != null && clock.group(3).startsWith("p");
            hour = clock.group(3) == null ? hour : hour % 12 + (afternoon ? 12 : 0);
            if (hour < 24 && minute < 60) {
                return minute + " " + hour;
            }
        }
        return text.contains("midnight")
                ? "0 0"
                : text.contains("noon") ? "0 12" : NIGHTLY.cron().substring(0, 3);
    }

    private static String day(String text) {
        Matcher day = DAY.matcher(text);
        if (!day.find()) {
            return " * * *";
        }
        String said = day.group(1);
        return switch (said) {
            case "weekday", "workday", "working day" -> " * * MON-FRI";
            case "weekend" -> " * * SAT,SUN";
            case "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday" ->
                " * * " + said.substring(0, 3).toUpperCase(Locale.ROOT);
            default -> " 1 * *";
        };
    }

    private static String zone(String text) {
        Matcher zone = ZONE.matcher(text);
        if (!zone.find()) {
            return NIGHTLY.zone();
        }
        String city = zone.group(1);
        return ZONES.getOrDefault(city, "Europe/" + city.substring(0, 1).toUpperCase(Locale.ROOT) + city.substring(1));
    }
}
