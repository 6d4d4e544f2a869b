#!/bin/sh
# Start a replica; the first time it copies the primary. PGPASSWORD is that of the role replicator.
set -eu
: "${PGDATA:?}" "${PRIMARY_HOST:?}"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    pg_basebackup --host "$PRIMARY_HOST" --port "${PRIMARY_PORT:-5432}" --username replicator --pgdata "$PGDATA" \
        --wal-method stream --slot replica --write-recovery-conf --checkpoint fast
    chmod 700 "$PGDATA"
fi
exec postgres -D "$PGDATA" -c "cluster_name=replica" -c "port=${REPLICA_PORT:-5432}" ${REPLICA_OPTIONS:-}
