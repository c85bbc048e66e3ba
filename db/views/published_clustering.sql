-- One row per algorithm, tuned and n_clusters
select
    dataset.name as dataset, -- the name given with --dataset
    clustering.algorithm, -- kmeans, agglomerative or gaussian_mixture
    clustering.n_clusters, -- number of clusters
    clustering.tuned, -- 1 where the settings were searched for, else 0
    clustering.silhouette, -- of the inputs, -1 to 1, higher is better
    clustering.davies_bouldin, -- of the inputs, 0 and up, lower is better
    clustering.calinski_harabasz, -- of the inputs, 0 and up, higher is better
    clustering.stability, -- mean Jaccard similarity over bootstraps; null where not a finalist
    clustering.smallest_share, -- share of the smallest cluster, 0 to 1
    clustering.chosen -- 1 for the published one, else 0
from clustering
join published on published.run_id = clustering.run_id
join dataset on dataset.dataset_id = published.dataset_id
