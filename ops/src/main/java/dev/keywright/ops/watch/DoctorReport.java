package dev.keywright.ops.watch;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import dev.keywright.ops.config.Role;
import java.util.List;
import java.util.Optional;

/**
 * What the doctor found.
 *
 * @param subject the deployment, without password
 * @param kind {@code standalone}, {@code replica}, {@code sentinel} or {@code cluster}
 * @param role what the servers were taken to be for
 * @param seconds how long rates were looked at
 * @param nodes what the servers do
 * @param findings worst first, then by server
 * @param rulesRun how many rules looked
 * @param notSeen what could not be looked at and why, a line each
 */
public record DoctorReport(
        String subject,
        String kind,
        Role role,
        double seconds,
        List<Node> nodes,
        List<Finding> findings,
        int rulesRun,
        List<String> notSeen) {

    /** One server in a line. */
    public record Node(
            String address,
            String role,
            String shard,
            Optional<String> trouble,
            String release,
            long uptimeSeconds,
            double opsPerSecond,
            long memoryBytes,
            long maxmemoryBytes,
            long keys,
            long clients,
            double pingP50Millis) {}

    public DoctorReport {
        nodes = List.copyOf(nodes);
        findings = List.copyOf(findings);
        notSeen = List.copyOf(notSeen);
    }

    /** How many findings are so bad. */
    public long count(Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }

    /** Whether something is at least so bad. */
    public boolean reaches(Severity severity) {
        return findings.stream().anyMatch(finding -> finding.severity().compareTo(severity) >= 0);
    }
}
