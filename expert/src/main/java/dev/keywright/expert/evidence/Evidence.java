package dev.keywright.expert.evidence;

import java.util.List;
import java.util.Optional;

/**
 * Everything measured for a design. The same evidence and the same design always lead to the same choice.
 *
 * @param server what was measured on, such as {@code redis 7.0.15 libc (embedded)}
 * @param callers how many threads drove it
 * @param notes what could not be measured and why
 */
public record Evidence(String server, int callers, List<Measurement> measurements, List<String> notes) {

    public static final Evidence NONE = new Evidence("", 0, List.of(), List.of());

    public Optional<Measurement> of(String pattern, String candidate) {
        return measurements.stream()
                .filter(m -> m.pattern().equals(pattern) && m.candidate().equals(candidate))
                .findFirst();
    }
}
