package dev.holdfast.manager.store;

import org.jdbi.v3.core.Handle;

/** What can be read and written in one transaction. */
public final class Transaction {
    private final Handle handle;
    private final Wakes wakes = new Wakes();

    Transaction(Handle handle) {
        this.handle = handle;
    }

    public Tenants tenants() {
        return new Tenants(handle);
    }

    public Images images() {
        return new Images(handle);
    }

    public Hosts hosts() {
        return new Hosts(handle);
    }

    public Processes processes() {
        return new Processes(handle);
    }

    public ProcessDetails processDetails() {
        return new ProcessDetails(handle);
    }

    public Upgrades upgrades() {
        return new Upgrades(handle);
    }

    public Waves waves() {
        return new Waves(handle);
    }

    public UpgradeHosts upgradeHosts() {
        return new UpgradeHosts(handle);
    }

    public Cycles cycles() {
        return new Cycles(handle);
    }

    public Outcomes outcomes() {
        return new Outcomes(handle);
    }

    public Events events() {
        return new Events(handle, wakes);
    }

    public Sessions sessions() {
        return new Sessions(handle);
    }

    public Managers managers() {
        return new Managers(handle);
    }

    public Questions questions() {
        return new Questions(handle, wakes);
    }

    /** Whom it wakes when it commits. */
    public Wakes wakes() {
        return wakes;
    }
}
