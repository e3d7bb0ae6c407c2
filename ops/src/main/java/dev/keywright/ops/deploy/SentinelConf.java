package dev.keywright.ops.deploy;

import java.util.ArrayList;
import java.util.List;

/** The directives of a Sentinel, each with its reason. */
final class SentinelConf {

    private SentinelConf() {}

    static List<Setting> ofHost(Deployment deployment, Layout layout, Node sentinel) {
        List<Setting> lines = new ArrayList<>();
        lines.add(new Setting(
                "bind",
                deployment.isLocal() ? "127.0.0.1" : "127.0.0.1 " + sentinel.host(),
                "this machine and its address among the others"));
        port(lines, deployment, sentinel.port());
        lines.add(new Setting(
                "dir", "/var/lib/redis/" + deployment.name() + "/" + sentinel.name(), "its working folder"));
        lines.add(new Setting("sentinel", "announce-ip " + sentinel.host(), "the address the others are told"));
        lines.add(new Setting("sentinel", "announce-port " + sentinel.port(), "and the port"));
        Node primary = layout.primaries().get(0);
        shared(lines, deployment, primary.host(), primary.port(), "/etc/redis/" + deployment.name());
        return lines;
    }

    /** What the start script puts in front: addresses and the primary of the moment. */
    static List<Setting> ofContainer(Deployment deployment, String primary) {
        List<Setting> lines = new ArrayList<>();
        lines.add(new Setting("bind", "* -::*", "every address of the container"));
        port(lines, deployment, sentinelPort(deployment));
        lines.add(new Setting("dir", "/data", "its working folder"));
        shared(lines, deployment, primary, deployment.port(), "/run/secrets");
        return lines;
    }

    static int sentinelPort(Deployment deployment) {
        return deployment.port() + 20_000;
    }

    private static void port(List<Setting> lines, Deployment deployment, int port) {
        if (deployment.tls()) {
            lines.add(new Setting("port", "0", "no port without TLS"));
        }
        lines.add(new Setting(
                deployment.tls() ? "tls-port" : "port", Integer.toString(port), "where clients ask for the primary"));
    }

    private static void shared(List<Setting> lines, Deployment deployment, String primary, int port, String secrets) {
        String name = deployment.name();
        long silence = deployment.silenceSeconds() * 1000L;
        lines.add(new Setting("protected-mode", "yes", "without a password nobody gets in from outside"));
        if (deployment.tls()) {
            String tls = secrets + "/tls-";
            lines.add(new Setting("tls-cert-file", tls + "server.crt", "its certificate"));
            lines.add(new Setting("tls-key-file", tls + "server.key", "its key"));
            lines.add(new Setting("tls-ca-cert-file", tls + "ca.crt", "who signed the certificates of the others"));
            lines.add(new Setting("tls-auth-clients", "optional", "clients prove themselves by password"));
            lines.add(new Setting("tls-replication", "yes", "Sentinels connect by TLS"));
        }
        lines.add(new Setting("sentinel", "resolve-hostnames yes", "addresses may be names"));
        lines.add(new Setting("sentinel", "announce-hostnames yes", "a server known by name is told by name"));
        lines.add(new Setting(
                "sentinel",
                "monitor " + name + " " + primary + " " + port + " " + deployment.quorum(),
                "whom to watch, and how many Sentinels must agree that it is down; a majority elects who acts"));
        lines.add(new Setting(
                "sentinel",
                "down-after-milliseconds " + name + " " + silence,
                "silent for this long means down; expect about 1.2 s more until writes go on"));
        lines.add(new Setting(
                "sentinel",
                "failover-timeout " + name + " " + Math.max(30_000, silence * 6),
                "a failover that takes longer is tried again"));
        lines.add(new Setting(
                "sentinel",
                "parallel-syncs " + name + " 1",
                "after a failover replicas follow one by one, so that some can always be read"));
        lines.add(new Setting("sentinel", "deny-scripts-reconfig yes", "nobody sets scripts to run by SENTINEL SET"));
        lines.add(new Setting("logfile", "\"\"", "to standard output; the system keeps it"));
        lines.add(new Setting(
                "include", secrets + "/sentinel-auth.conf", "passwords for servers and Sentinels, made by secrets.sh"));
    }
}
